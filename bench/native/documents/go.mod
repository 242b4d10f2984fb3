module bench.example/documents

go 1.19

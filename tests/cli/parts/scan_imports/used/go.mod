module used.example/fetch

go 1.22

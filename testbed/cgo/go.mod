module orders.example/demo

go 1.19

require demo v0.0.0

replace demo => ../std

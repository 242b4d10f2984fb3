module kernel.example

go 1.19

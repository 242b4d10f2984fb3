module shop.example/orders

go 1.22

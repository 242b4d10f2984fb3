module seep/bench/goscan/peers

go 1.22

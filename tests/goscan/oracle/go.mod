module seep/tests/goscan/oracle

go 1.22

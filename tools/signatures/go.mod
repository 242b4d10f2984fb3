module seep/tools/signatures

go 1.22

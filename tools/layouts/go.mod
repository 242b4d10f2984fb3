module seep/tools/layouts

go 1.21

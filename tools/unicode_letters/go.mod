module seep/tools/unicode_letters

go 1.22

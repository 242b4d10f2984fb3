module running

go 1.18

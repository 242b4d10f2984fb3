module nativetest

go 1.18

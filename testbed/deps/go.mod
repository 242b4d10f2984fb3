module shop.example/demo

go 1.19

require (
	demo v0.0.0
	github.com/go-sql-driver/mysql v1.7.1
	github.com/labstack/echo/v4 v4.11.4
	golang.org/x/crypto v0.17.0
)

require (
	github.com/labstack/gommon v0.4.2 // indirect
	github.com/mattn/go-colorable v0.1.13 // indirect
	github.com/mattn/go-isatty v0.0.20 // indirect
	github.com/valyala/bytebufferpool v1.0.0 // indirect
	github.com/valyala/fasttemplate v1.2.2 // indirect
	golang.org/x/net v0.19.0 // indirect
	golang.org/x/sys v0.15.0 // indirect
	golang.org/x/text v0.14.0 // indirect
)

replace demo => ../std

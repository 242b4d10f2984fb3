// testbed-cgo holds the services that call C.
package main

import (
	"demo/service"

	"orders.example/demo/orders"
)

func main() {
	service.Main("testbed-cgo", []service.Spec{
		{Name: "s2-leaky", About: "libxml2 documents never freed", New: orders.Leaky},
		{Name: "s2-fixed", About: "libxml2 documents freed", New: orders.Fixed},
	})
}

// testbed-cgo holds the services that call C.
package main

import (
	"demo/service"

	"orders.example/demo/native"
	"orders.example/demo/orders"
)

func main() {
	service.Main("testbed-cgo", []service.Spec{
		{Name: "s2-leaky", About: "libxml2 documents never freed", New: orders.Leaky},
		{Name: "s2-fixed", About: "libxml2 documents freed", New: orders.Fixed},
		{Name: "native-holes", About: "a peak of malloc freed, in small pieces between live ones", New: native.Holes},
		{Name: "native-threads-leaky", About: "a C thread for each call that never ends", New: native.Threads},
		{Name: "native-threads-fixed", About: "a C thread for each call that ends", New: native.EndedThreads},
	})
}

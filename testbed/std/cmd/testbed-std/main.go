// testbed-std holds the services that need nothing but the standard library.
package main

import (
	"demo/peer"
	"demo/service"
	"demo/web"
)

func main() {
	service.Main("testbed-std", []service.Spec{
		{Name: "peer", About: "the other side: HTTP, HTTPS, a silent host, clients on demand", New: peer.New},
		{Name: "s0-leaky", About: "a new http.Client per call (-variant default|tls|zero|clone, -idle)", New: web.Leaky},
		{Name: "s0-fixed", About: "one shared http.Client", New: web.Fixed},
	})
}

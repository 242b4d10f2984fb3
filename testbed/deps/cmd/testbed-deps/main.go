// testbed-deps holds the services that need modules: echo, MySQL, SSH.
package main

import (
	"demo/service"

	"shop.example/demo/api"
	"shop.example/demo/deploy"
	"shop.example/demo/store"
)

func main() {
	service.Main("testbed-deps", []service.Spec{
		{Name: "s0-echo-leaky", About: "a new http.Client per call behind echo", New: api.Leaky},
		{Name: "s0-echo-fixed", About: "one shared http.Client behind echo", New: api.Fixed},

		{Name: "rows-leaky", About: "rows not closed when Scan fails (-dsn, -limit, -variant async)", New: store.RowsLeaky},
		{Name: "rows-fixed", About: "rows closed", New: store.RowsFixed},
		{Name: "tx-leaky", About: "transactions neither committed nor rolled back", New: store.TxLeaky},
		{Name: "tx-fixed", About: "transactions rolled back", New: store.TxFixed},
		{Name: "sqlopen-leaky", About: "sql.Open for each call", New: store.OpenLeaky},
		{Name: "sqlopen-fixed", About: "one sql.DB", New: store.OpenFixed},

		{Name: "ssh-handshake-leaky", About: "SSH handshakes with silent hosts (-keepalive -1s: no keep-alive)",
			New: deploy.HandshakeLeaky},
		{Name: "ssh-handshake-fixed", About: "a deadline around the handshake", New: deploy.HandshakeFixed},
		{Name: "ssh-client-leaky", About: "SSH clients not closed (-key, -user)", New: deploy.ClientLeaky},
		{Name: "ssh-client-fixed", About: "SSH clients closed", New: deploy.ClientFixed},
	})
}

// Package front makes servers here and serves there.
package front

import (
	"net"
	"net/http"
	"time"
)

func local(address string) {
	server := &http.Server{Addr: address}
	go func() { _ = server.ListenAndServe() }()
}

type app struct{ web *http.Server }

func newApp() *app { return &app{web: &http.Server{}} }

func (a *app) run(l net.Listener) error { return a.web.Serve(l) }

func build() *http.Server { return &http.Server{} }

func run(l net.Listener) error {
	s := build()
	return s.ServeTLS(l, "", "")
}

func start(l net.Listener, s *http.Server) { go func() { _ = s.Serve(l) }() }

func through(l net.Listener) { start(l, &http.Server{IdleTimeout: time.Minute}) }

func headers() error {
	return (&http.Server{ReadHeaderTimeout: time.Second}).ListenAndServe()
}

func bounded() error {
	return (&http.Server{ReadHeaderTimeout: time.Second, IdleTimeout: time.Minute}).ListenAndServe()
}

// Package web is the S0 service: a page that asks another service on every request.
package web

import (
	"fmt"
	"net/http"

	"demo/httpwithmetric"
	"demo/service"
)

// Home answers "/" with what the backend said.
type Home struct {
	backend string
	client  func() *httpwithmetric.HttpClientWithMetric
}

func (h *Home) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/" {
		http.NotFound(w, r)
		return
	}
	code, content, err := h.client().Get("test", h.backend)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	fmt.Fprintf(w, "Welcome to the home page!%v,%s", code, content)
}

// Leaky builds a client for every request.
func Leaky(o service.Options) (*service.Service, error) {
	backend, client := "http://"+o.Peer+"/", httpwithmetric.DefaultHttpClientWithMetric
	switch o.Variant {
	case "", "default":
	case "tls":
		backend = "https://" + o.Peer + "/"
	case "zero":
		client = httpwithmetric.ZeroHttpClientWithMetric
	case "clone":
		client = httpwithmetric.ClonedHttpClientWithMetric
	default:
		return nil, fmt.Errorf("-variant must be default, tls, zero or clone, found %q", o.Variant)
	}
	httpwithmetric.IdleConnTimeout = o.Idle
	return serve(o, &Home{backend: backend, client: client})
}

// Fixed shares one client.
func Fixed(o service.Options) (*service.Service, error) {
	httpwithmetric.IdleConnTimeout = o.Idle
	shared := httpwithmetric.NewShared()
	backend := "http://" + o.Peer + "/"
	if o.Variant == "tls" {
		backend = "https://" + o.Peer + "/"
	}
	return serve(o, &Home{backend: backend, client: func() *httpwithmetric.HttpClientWithMetric { return shared }})
}

func serve(o service.Options, home *Home) (*service.Service, error) {
	if err := service.NeedPeer(o); err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("/", home)
	return &service.Service{Call: service.Through(mux, "/")}, nil
}

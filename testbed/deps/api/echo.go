// Package api is the S0 service as the incident had it: behind echo.
package api

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"demo/httpwithmetric"
	"demo/service"
)

type home struct {
	backend string
	client  func() *httpwithmetric.HttpClientWithMetric
}

func (h *home) get(c echo.Context) error {
	_, content, err := h.client().Get("test", h.backend)
	if err != nil {
		return err
	}
	return c.JSONBlob(http.StatusOK, content)
}

func serve(o service.Options, client func() *httpwithmetric.HttpClientWithMetric) (*service.Service, error) {
	h := &home{backend: "http://" + o.Peer + "/", client: client}
	e := echo.New()
	e.GET("/", h.get)
	return &service.Service{Call: service.Through(e, "/")}, service.NeedPeer(o)
}

// Leaky builds a client for every request.
func Leaky(o service.Options) (*service.Service, error) {
	httpwithmetric.IdleConnTimeout = o.Idle
	return serve(o, httpwithmetric.DefaultHttpClientWithMetric)
}

// Fixed shares one.
func Fixed(o service.Options) (*service.Service, error) {
	httpwithmetric.IdleConnTimeout = o.Idle
	shared := httpwithmetric.NewShared()
	return serve(o, func() *httpwithmetric.HttpClientWithMetric { return shared })
}

// rules R108 R111

package bounds

import (
	"context"
	"net"
	"net/http"
	"time"
)

// --- R108 ---

// looks like R108
func limitedClient(url string) error {
	c := http.Client{Timeout: 10 * time.Second}
	resp, err := c.Get(url)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

// Bounded by its Transport, step by step.
// looks like R108
func byTransport() *http.Client {
	return &http.Client{Transport: &http.Transport{
		DialContext:           (&net.Dialer{Timeout: time.Second}).DialContext,
		ResponseHeaderTimeout: 10 * time.Second,
	}}
}

type api struct{ client *http.Client }

// looks like R108
func newAPI(limit time.Duration) *api {
	a := &api{client: new(http.Client)}
	a.client.Timeout = limit
	return a
}

// looks like R108
func (a *api) get(ctx context.Context, url string) error {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	resp, err := a.client.Do(req)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

// looks like R108
func setLater() *http.Client {
	c := &http.Client{}
	c.Timeout = time.Minute
	return c
}

// Not a request.
// looks like R108
func header(h http.Header) string { return h.Get("Host") }

// --- R111 ---

// looks like R111
func assigned(h http.Handler) *http.Server {
	s := &http.Server{Addr: ":8080", Handler: h}
	s.ReadHeaderTimeout = 5 * time.Second
	return s
}

// looks like R111
func complete(h http.Handler) error {
	s := http.Server{
		Handler:           h,
		ReadHeaderTimeout: time.Second,
		WriteTimeout:      time.Minute,
		IdleTimeout:       time.Minute,
	}
	return s.ListenAndServe()
}

// looks like R111
func (a *api) serve(l net.Listener, h http.Handler) error {
	s := &http.Server{Handler: h, ReadTimeout: time.Second}
	return s.Serve(l)
}

// The profiler, for this machine only.
// looks like R111
func profiler() error { return http.ListenAndServe("127.0.0.1:6060", nil) }

type server struct{ limit time.Duration }

func (s *server) ListenAndServe() error { return nil }

// Another type.
// looks like R111
func own() error {
	s := &server{limit: time.Second}
	return s.ListenAndServe()
}

// looks like R111
func limitedByState(l net.Listener, limit time.Duration) error {
	s := &http.Server{ConnState: func(c net.Conn, state http.ConnState) {
		if state == http.StateNew {
			c.SetDeadline(time.Now().Add(limit))
		}
	}}
	return s.Serve(l)
}

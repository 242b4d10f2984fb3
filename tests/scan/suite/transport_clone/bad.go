// rules R101 R110

package clone

import (
	"context"
	"crypto/tls"
	"net/http"
	"net/url"
	"time"
)

type gateway struct{ base *http.Transport }

// The clone of the gateway's own Transport, for each request.
func (g *gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	t := g.base.Clone() // want R110
	t.Proxy = nil
	resp, err := t.RoundTrip(r)
	if err != nil {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	resp.Body.Close()
}

func proxied(proxy *url.URL) *http.Client {
	base := http.DefaultTransport.(*http.Transport)
	t := base.Clone() // want R110
	t.Proxy = http.ProxyURL(proxy)
	return &http.Client{Transport: t, Timeout: time.Second}
}

func (g *gateway) fetch(w http.ResponseWriter, r *http.Request) {
	u, _ := url.Parse(r.FormValue("proxy"))
	resp, err := proxied(u).Get("http://b/")
	if err == nil {
		resp.Body.Close()
	}
}

// One a round.
func poll(ctx context.Context, base *http.Transport, urls []string) {
	for _, u := range urls {
		t := base.Clone() // want R110
		t.DisableCompression = true
		c := http.Client{Transport: t, Timeout: time.Second}
		if resp, err := c.Get(u); err == nil {
			resp.Body.Close()
		}
	}
}

// Closed on one path only.
func (g *gateway) check(w http.ResponseWriter, r *http.Request) {
	t := g.base.Clone() // want R110
	c := &http.Client{Transport: t, Timeout: time.Second}
	resp, err := c.Get("http://b/")
	if err != nil {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	resp.Body.Close()
	t.CloseIdleConnections()
}

func insecure(skip bool) http.RoundTripper {
	t := http.DefaultTransport.(*http.Transport).Clone() // want R110
	t.TLSClientConfig = &tls.Config{InsecureSkipVerify: skip}
	return t
}

func handleInsecure(w http.ResponseWriter, r *http.Request) {
	resp, err := insecure(true).RoundTrip(r)
	if err == nil {
		resp.Body.Close()
	}
}

// Assigned to the client afterwards.
func handleField(w http.ResponseWriter, r *http.Request) {
	c := &http.Client{Timeout: time.Second}
	c.Transport = http.DefaultTransport.(*http.Transport).Clone() // want R110
	if resp, err := c.Get("http://b/"); err == nil {
		resp.Body.Close()
	}
}

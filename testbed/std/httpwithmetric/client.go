// Package httpwithmetric wraps net/http with counters, as many companies' base libraries do. Its fault is the one of the
// S0 incident: every call of a constructor builds a connection pool of its own.
package httpwithmetric

import (
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"sync/atomic"
	"time"
)

// IdleConnTimeout of the pools; a variable so that a test need not wait for a minute.
var IdleConnTimeout = 60 * time.Second

// HttpClientWithMetric counts calls, failures and time by API name.
type HttpClientWithMetric struct {
	client *http.Client
	calls  int64
	failed int64
	nanos  int64
}

// DefaultHttpClientWithMetric looks cheap, and builds a new connection pool.
func DefaultHttpClientWithMetric() *HttpClientWithMetric {
	transport := &http.Transport{ // LEAK default
		Proxy: http.ProxyFromEnvironment,
		DialContext: (&net.Dialer{
			Timeout:   5 * time.Second,
			KeepAlive: 30 * time.Second,
		}).DialContext,
		MaxIdleConns:        100,
		IdleConnTimeout:     IdleConnTimeout,
		TLSHandshakeTimeout: 5 * time.Second,
		TLSClientConfig:     &tls.Config{InsecureSkipVerify: true}, // the test bed's peer signs for itself
	}
	return &HttpClientWithMetric{client: &http.Client{Transport: transport, Timeout: 5 * time.Second}}
}

// ZeroHttpClientWithMetric uses the zero Transport: its idle connections are kept for ever.
func ZeroHttpClientWithMetric() *HttpClientWithMetric {
	transport := &http.Transport{} // LEAK zero
	return &HttpClientWithMetric{client: &http.Client{Transport: transport, Timeout: 5 * time.Second}}
}

// ClonedHttpClientWithMetric follows the advice to start from the default and change it, once for every call.
func ClonedHttpClientWithMetric() *HttpClientWithMetric {
	transport := http.DefaultTransport.(*http.Transport).Clone() // LEAK clone
	transport.IdleConnTimeout = IdleConnTimeout
	return &HttpClientWithMetric{client: &http.Client{Transport: transport, Timeout: 5 * time.Second}}
}

// Get fetches the URL, reads all of the body and closes it.
func (c *HttpClientWithMetric) Get(api, url string) (int, []byte, error) {
	begun := time.Now()
	defer func() {
		atomic.AddInt64(&c.calls, 1)
		atomic.AddInt64(&c.nanos, int64(time.Since(begun)))
	}()
	response, err := c.client.Get(url)
	if err != nil {
		atomic.AddInt64(&c.failed, 1)
		return 0, nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return response.StatusCode, body, err
}

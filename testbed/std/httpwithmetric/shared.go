package httpwithmetric

import (
	"crypto/tls"
	"net/http"
	"time"
)

// NewShared is the repair: the caller builds it once, at start-up, and shares it.
func NewShared() *HttpClientWithMetric {
	return &HttpClientWithMetric{client: &http.Client{
		Transport: &http.Transport{
			MaxIdleConnsPerHost: 32,
			IdleConnTimeout:     IdleConnTimeout,
			TLSClientConfig:     &tls.Config{InsecureSkipVerify: true},
		},
		Timeout: 5 * time.Second,
	}}
}

// Package price asks a price service. Its faults are about response bodies, with and without a Transport per call.
package price

import (
	"crypto/tls"
	"errors"
	"io"
	"net/http"
	"time"

	"demo/service"
)

type client struct {
	http *http.Client
	url  string
}

// lookForgetful checks the status and forgets the body: the connection can never be used again.
func (c *client) lookForgetful() error {
	response, err := c.http.Get(c.url) // LEAK body
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return errors.New(response.Status)
	}
	return nil
}

func (c *client) look() error {
	response, err := c.http.Get(c.url)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	_, err = io.Copy(io.Discard, response.Body)
	return err
}

// postForgetful is the S1 incident's function: a Transport of its own, and a body read but not closed when an error cuts
// the reading short (here: the limit).
func postForgetful(url string) error {
	tr := &http.Transport{ // LEAK both
		TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12},
	}
	c := &http.Client{Transport: tr}
	response, err := c.Post(url, "application/json", nil) // LEAK both-body
	if err != nil {
		return err
	}
	head := make([]byte, 512)
	_, err = io.ReadFull(response.Body, head)
	return err
}

func big(o service.Options) string { return "http://" + o.Peer + "/big?bytes=65536" }

// Forgetful never closes bodies, with one shared client.
func Forgetful(o service.Options) (*service.Service, error) {
	// No Timeout: with one, the deadline would take the connection back.
	c := &client{http: &http.Client{Transport: &http.Transport{IdleConnTimeout: o.Idle}}, url: big(o)}
	return &service.Service{Call: c.lookForgetful}, service.NeedPeer(o)
}

// Both builds a Transport for each call and does not close the body either.
func Both(o service.Options) (*service.Service, error) {
	url := big(o)
	return &service.Service{Call: func() error { return postForgetful(url) }}, service.NeedPeer(o)
}

// Careful closes bodies.
func Careful(o service.Options) (*service.Service, error) {
	c := &client{http: &http.Client{Transport: &http.Transport{IdleConnTimeout: o.Idle, MaxIdleConnsPerHost: 32},
		Timeout: 10 * time.Second}, url: big(o)}
	return &service.Service{Call: c.look}, service.NeedPeer(o)
}

package limits

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"sync"
	"time"

	"golang.org/x/crypto/ssh"
)

var shared = &http.Client{Timeout: time.Second, Transport: &http.Transport{IdleConnTimeout: time.Minute}}

// looks like R101 R108
func useShared(u string) error {
	resp, err := shared.Get(u)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

type gateway struct {
	client *http.Client
	tr     *http.Transport
	once   sync.Once
}

// looks like R101
func newGateway() *gateway {
	tr := &http.Transport{IdleConnTimeout: time.Minute}
	return &gateway{client: &http.Client{Transport: tr, Timeout: time.Second}}
}

var theGateway = newGateway()

// looks like R101
func (g *gateway) lazily() *http.Client {
	g.once.Do(func() {
		g.tr = &http.Transport{}
		g.client = &http.Client{Transport: g.tr, Timeout: time.Second}
	})
	return g.client
}

// looks like R101
func closesIdle(u string) error {
	tr := &http.Transport{}
	defer tr.CloseIdleConnections()
	c := &http.Client{Transport: tr, Timeout: time.Second}
	resp, err := c.Get(u)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

// looks like R101
func closesIdleOfClient(u string) error {
	c := &http.Client{Transport: &http.Transport{}, Timeout: time.Second}
	defer c.CloseIdleConnections()
	resp, err := c.Get(u)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

// looks like R101
func noKeepAlive(u string) error {
	c := &http.Client{Timeout: time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := c.Get(u)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

// looks like R101
func keepsInField(g *gateway) {
	g.tr = &http.Transport{}
}

// A client without a Transport of its own shares the default one.
// looks like R101 R108
func cheap(u string) error {
	c := &http.Client{Timeout: time.Second}
	resp, err := c.Get(u)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

// looks like R110
func clonedOnce() *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxIdleConns = 4
	return t
}

var clonedTransport = clonedOnce()

// looks like R110
func kept(g *gateway) {
	t := http.DefaultTransport.(*http.Transport).Clone()
	g.tr = t
}

// looks like R108
func withDeadline(ctx context.Context, u string) error {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, "GET", u, nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

// looks like R108
func passedOn(req *http.Request) (*http.Response, error) {
	return http.DefaultClient.Do(req)
}

// looks like R111
func limited(h http.Handler) *http.Server {
	return &http.Server{Handler: h, ReadHeaderTimeout: time.Second}
}

// looks like R111
func limitedRead(h http.Handler) *http.Server {
	return &http.Server{Handler: h, ReadTimeout: time.Second, IdleTimeout: time.Minute}
}

// looks like R111
func debugOnly() error {
	return http.ListenAndServe("localhost:6060", nil)
}

// looks like R133
func dialWithin(addr string, config *ssh.ClientConfig) (*ssh.Client, error) {
	conn, err := net.DialTimeout("tcp", addr, config.Timeout)
	if err != nil {
		return nil, err
	}
	if err := conn.SetDeadline(time.Now().Add(time.Second)); err != nil {
		conn.Close()
		return nil, err
	}
	c, chans, reqs, err := ssh.NewClientConn(conn, addr, config)
	if err != nil {
		conn.Close()
		return nil, err
	}
	if err := conn.SetDeadline(time.Time{}); err != nil {
		c.Close()
		return nil, err
	}
	return ssh.NewClient(c, chans, reqs), nil
}

// looks like R134
func sessionDone(client *ssh.Client) error {
	session, err := client.NewSession()
	if err != nil {
		return err
	}
	defer session.Close()
	return session.Run("true")
}

type shell struct{ s *ssh.Session }

// looks like R134
func newShell(client *ssh.Client) (*shell, error) {
	session, err := client.NewSession()
	if err != nil {
		return nil, err
	}
	return &shell{session}, nil
}

// looks like R135
func handshakeWithin(ctx context.Context, conn net.Conn) error {
	t := tls.Client(conn, &tls.Config{})
	return t.HandshakeContext(ctx)
}

// looks like R135
func handshakeDeadline(conn net.Conn) error {
	conn.SetDeadline(time.Now().Add(time.Second))
	t := tls.Server(conn, &tls.Config{})
	return t.Handshake()
}

// Asked for once, at the start.
func init() {
	register("http://registry.local/hello")
}

// looks like R108
func register(url string) {
	resp, err := http.Post(url, "text/plain", nil)
	if err != nil {
		return
	}
	resp.Body.Close()
}

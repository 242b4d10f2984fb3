package wire

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"sync"
	"time"
)

func (a *agent) connect(ctx context.Context) (net.Conn, error) {
	conn, err := a.dialer.DialContext(ctx, "tcp", a.addr)
	if err != nil {
		return nil, err
	}
	if _, err := io.WriteString(conn, "HELLO\n"); err != nil {
		_ = conn.Close()
		return nil, err
	}
	return conn, nil
}

// metered owns the connection in it.
type metered struct {
	net.Conn
	read int64
}

func (m *metered) Read(b []byte) (int, error) {
	n, err := m.Conn.Read(b)
	m.read += int64(n)
	return n, err
}

// looks like R132
func (a *agent) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	conn, err := a.dialer.DialContext(ctx, network, addr)
	if err != nil {
		return nil, err
	}
	return &metered{Conn: conn}, nil
}

// looks like R132
func relay(client net.Conn, upstream string) error {
	defer client.Close()
	server, err := net.DialTimeout("tcp", upstream, time.Second)
	if err != nil {
		return err
	}
	var once sync.Once
	done := func() { once.Do(func() { server.Close() }) }
	defer done()
	go func() {
		_, _ = io.Copy(server, client)
		done()
	}()
	_, err = io.Copy(client, server)
	return err
}

type node struct {
	mu    sync.Mutex
	conns map[string]net.Conn
	l     net.Listener
}

// looks like R132
func (n *node) peer(addr string) (net.Conn, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if c, ok := n.conns[addr]; ok {
		return c, nil
	}
	c, err := net.DialTimeout("tcp", addr, time.Second)
	if err != nil {
		return nil, err
	}
	n.conns[addr] = c
	return c, nil
}

// looks like R132
func (n *node) start(addr string) (err error) {
	if n.l, err = net.Listen("tcp", addr); err != nil {
		return err
	}
	go func() {
		defer n.l.Close()
		for {
			c, err := n.l.Accept()
			if err != nil {
				return
			}
			go n.handle(c)
		}
	}()
	return nil
}

func (n *node) handle(c net.Conn) {
	defer c.Close()
	_, _ = io.Copy(io.Discard, c)
}

// looks like R135
func (a *agent) secure(ctx context.Context) (*tls.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	conn, err := a.connect(ctx)
	if err != nil {
		return nil, err
	}
	sec := tls.Client(conn, a.conf)
	if err := sec.HandshakeContext(ctx); err != nil {
		conn.Close()
		return nil, err
	}
	return sec, nil
}

// looks like R135
func shake(raw net.Conn, conf *tls.Config) error {
	if err := raw.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		return err
	}
	sec := tls.Server(raw, conf)
	if err := sec.Handshake(); err != nil {
		return err
	}
	return raw.SetDeadline(time.Time{})
}

// looks like R135
func (n *node) serveTLS(l net.Listener, conf *tls.Config, limit time.Duration) error {
	for {
		raw, err := l.Accept()
		if err != nil {
			return err
		}
		go func(c *tls.Conn) {
			defer c.Close()
			c.SetReadDeadline(time.Now().Add(limit))
			if c.Handshake() != nil {
				return
			}
			n.handle(c)
		}(tls.Server(raw, conf))
	}
}

type protocol struct{ greeted bool }

func (p *protocol) Handshake() error { p.greeted = true; return nil }

// A protocol of its own.
//
// looks like R135
func greet(p *protocol) error {
	if p.greeted {
		return nil
	}
	return p.Handshake()
}

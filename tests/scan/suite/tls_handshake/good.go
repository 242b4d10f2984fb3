// rules R135

package tlscases

import (
	"context"
	"crypto/tls"
	"net"
	"time"
)

// looks like R135
func (s *server) handleBounded(conn net.Conn) {
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(10 * time.Second))
	secure := tls.Server(conn, s.config)
	if err := secure.Handshake(); err != nil {
		s.log(err)
		return
	}
	conn.SetDeadline(time.Time{})
}

// looks like R135
func byContext(ctx context.Context, conn net.Conn) error {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	return tls.Client(conn, &tls.Config{}).HandshakeContext(ctx)
}

// On the secured connection: the same socket.
// looks like R135
func onSecure(addr string) error {
	conn, err := net.DialTimeout("tcp", addr, time.Second)
	if err != nil {
		return err
	}
	defer conn.Close()
	secure := tls.Client(conn, &tls.Config{})
	if err := secure.SetDeadline(time.Now().Add(time.Second)); err != nil {
		return err
	}
	return secure.Handshake()
}

// The dialer bounds dial and handshake together.
// looks like R135
func byDialer(addr string) (*tls.Conn, error) {
	conn, err := tls.DialWithDialer(&net.Dialer{Timeout: time.Second}, "tcp", addr, &tls.Config{})
	if err != nil {
		return nil, err
	}
	return conn, nil
}

// looks like R135
func readDeadline(conn net.Conn) error {
	conn.SetReadDeadline(time.Now().Add(time.Second))
	return tls.Server(conn, &tls.Config{}).Handshake()
}

// A timer closes it under the handshake.
// looks like R135
func byTimer(addr string) error {
	conn, err := net.DialTimeout("tcp", addr, time.Second)
	if err != nil {
		return err
	}
	defer conn.Close()
	timer := time.AfterFunc(time.Second, func() { conn.Close() })
	defer timer.Stop()
	return tls.Client(conn, &tls.Config{}).Handshake()
}

// Set in the loop, before the goroutine.
// looks like R135
func acceptBounded(l net.Listener, config *tls.Config) error {
	for {
		conn, err := l.Accept()
		if err != nil {
			return err
		}
		conn.SetDeadline(time.Now().Add(time.Second))
		go func() {
			defer conn.Close()
			secure := tls.Server(conn, config)
			secure.Handshake()
		}()
	}
}

type handshaker interface{ Handshake() error }

// Not TLS.
// looks like R135
func other(h handshaker) error { return h.Handshake() }

// Who dialled may have set a deadline.
// looks like R135
func wrap(conn net.Conn, config *tls.Config) (net.Conn, error) {
	c := tls.Client(conn, config)
	if err := c.Handshake(); err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

// rules R135

package tlscases

import (
	"context"
	"crypto/tls"
	"net"
	"time"
)

type server struct {
	config *tls.Config
	log    func(error)
}

// Started for each connection as it is accepted.
func (s *server) serve(l net.Listener) error {
	for {
		conn, err := l.Accept()
		if err != nil {
			return err
		}
		go s.handle(conn)
	}
}

func (s *server) handle(conn net.Conn) {
	defer conn.Close()
	secure := tls.Server(conn, s.config)
	if err := secure.Handshake(); err != nil { // want R135
		s.log(err)
		return
	}
	secure.Write([]byte("hello"))
}

// In the loop that accepts: one silent peer stops all of it.
func inline(l net.Listener, config *tls.Config) error {
	for {
		conn, err := l.Accept()
		if err != nil {
			return err
		}
		secure := tls.Server(conn, config)
		if secure.Handshake() != nil { // want R135
			conn.Close()
			continue
		}
		go func() { defer secure.Close() }()
	}
}

// The deadline is for what comes after.
func late(addr string) (*tls.Conn, error) {
	conn, err := net.DialTimeout("tcp", addr, time.Second)
	if err != nil {
		return nil, err
	}
	secure := tls.Client(conn, &tls.Config{ServerName: addr})
	if err := secure.Handshake(); err != nil { // want R135
		conn.Close()
		return nil, err
	}
	secure.SetDeadline(time.Now().Add(time.Minute))
	return secure, nil
}

// A context that never ends bounds nothing.
func background(addr string) error {
	conn, err := net.DialTimeout("tcp", addr, time.Second)
	if err != nil {
		return err
	}
	defer conn.Close()
	return tls.Client(conn, &tls.Config{}).HandshakeContext(context.Background()) // want R135
}

// Only writing has a deadline: the handshake reads.
func writeOnly(addr string) error {
	conn, err := net.DialTimeout("tcp", addr, time.Second)
	if err != nil {
		return err
	}
	defer conn.Close()
	conn.SetWriteDeadline(time.Now().Add(time.Second))
	secure := tls.Client(conn, &tls.Config{})
	return secure.Handshake() // want R135
}

// Of a TLS listener: the type is asserted.
func asserted(l net.Listener) error {
	conn, err := l.Accept()
	if err != nil {
		return err
	}
	defer conn.Close()
	if secure, ok := conn.(*tls.Conn); ok {
		return secure.Handshake() // want R135
	}
	return nil
}

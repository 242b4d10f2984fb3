// rules R132 R135

package wire

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

type agent struct {
	addr   string
	dialer net.Dialer
	conf   *tls.Config
	errs   chan error
}

// --- R132 ---

func (a *agent) Send(ctx context.Context, line string) error {
	conn, err := a.dialer.DialContext(ctx, "tcp", a.addr) // want R132
	if err != nil {
		return fmt.Errorf("agent %s: %w", a.addr, err)
	}
	if err := conn.SetDeadline(time.Now().Add(time.Second)); err != nil {
		return err
	}
	defer conn.Close()
	_, err = io.WriteString(conn, line)
	return err
}

func handlePort(w http.ResponseWriter, r *http.Request) {
	state := "open"
	if _, err := net.DialTimeout("tcp", r.FormValue("addr"), time.Second); err != nil { // want R132
		state = "closed"
	}
	fmt.Fprintln(w, state)
}

func freePort() (port int, err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0") // want R132
	if err != nil {
		return 0, err
	}
	addr, ok := l.Addr().(*net.TCPAddr)
	if !ok {
		return 0, errors.New("no TCP address")
	}
	return addr.Port, nil
}

// connect greets; whoever calls it has the connection.
func (a *agent) check(ctx context.Context) (banner string, err error) {
	conn, err := a.connect(ctx) // want R132
	if err != nil {
		return "", err
	}
	banner, err = bufio.NewReader(conn).ReadString('\n')
	if err != nil {
		conn.Close()
	}
	return banner, err
}

// --- R135 ---

// The handshake is in a helper two calls deep; the connection has no deadline anywhere.
func acceptLoop(l net.Listener, conf *tls.Config, serve func(*tls.Conn)) error {
	for {
		raw, err := l.Accept()
		if err != nil {
			return err
		}
		go func() {
			defer raw.Close()
			sec := tls.Server(raw, conf)
			if err := sec.Handshake(); err != nil { // want R135
				return
			}
			serve(sec)
		}()
	}
}

type upgrader interface {
	Upgrade(net.Conn) (net.Conn, error)
}

type startTLS struct{ conf *tls.Config }

// Whoever gives it the connection may have set a deadline.
func (s startTLS) Upgrade(plain net.Conn) (net.Conn, error) {
	sec := tls.Client(plain, s.conf)
	err := sec.Handshake()
	if err != nil {
		plain.Close()
		return nil, err
	}
	return sec, nil
}

func (a *agent) subject(ctx context.Context) (string, error) {
	conn, err := a.dialer.DialContext(ctx, "tcp", a.addr)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	sec := tls.Client(conn, a.conf)
	if err := sec.HandshakeContext(context.Background()); err != nil { // want R135
		return "", err
	}
	return sec.ConnectionState().ServerName, nil
}

// The deadline is taken away before the handshake.
func renegotiate(conn net.Conn, conf *tls.Config) error {
	conn.SetDeadline(time.Now().Add(time.Second))
	if _, err := conn.Write([]byte("STARTTLS\r\n")); err != nil {
		return err
	}
	conn.SetDeadline(time.Time{})
	sec := tls.Client(conn, conf)
	switch err := sec.Handshake(); { // want R135
	case err != nil:
		return err
	}
	return nil
}

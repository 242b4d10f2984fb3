// rules R133 R134

package sshcases

import (
	"context"
	"net"
	"time"

	"golang.org/x/crypto/ssh"
)

// looks like R133
func bounded(addr string, config *ssh.ClientConfig) (*ssh.Client, error) {
	conn, err := net.DialTimeout("tcp", addr, time.Second)
	if err != nil {
		return nil, err
	}
	conn.SetDeadline(time.Now().Add(10 * time.Second))
	c, chans, reqs, err := ssh.NewClientConn(conn, addr, config)
	if err != nil {
		conn.Close()
		return nil, err
	}
	conn.SetDeadline(time.Time{})
	return ssh.NewClient(c, chans, reqs), nil
}

func arm(conn net.Conn, d time.Duration) error { return conn.SetDeadline(time.Now().Add(d)) }

// A helper sets the deadline.
// looks like R133
func boundedByHelper(addr string, config *ssh.ClientConfig) (ssh.Conn, error) {
	conn, err := net.DialTimeout("tcp", addr, time.Second)
	if err != nil {
		return nil, err
	}
	if err := arm(conn, time.Minute); err != nil {
		conn.Close()
		return nil, err
	}
	c, _, _, err := ssh.NewClientConn(conn, addr, config)
	if err != nil {
		conn.Close()
	}
	return c, err
}

// The context closes the connection under the handshake.
// looks like R133
func closedByContext(ctx context.Context, conn net.Conn, addr string, config *ssh.ClientConfig) (ssh.Conn, error) {
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	c, _, _, err := ssh.NewClientConn(conn, addr, config)
	return c, err
}

// looks like R133
func closedByTimer(addr string, config *ssh.ClientConfig) (ssh.Conn, error) {
	conn, err := net.DialTimeout("tcp", addr, time.Second)
	if err != nil {
		return nil, err
	}
	timer := time.AfterFunc(10*time.Second, func() { conn.Close() })
	defer timer.Stop()
	c, _, _, err := ssh.NewClientConn(conn, addr, config)
	return c, err
}

// looks like R133
func accept(conn net.Conn, config *ssh.ServerConfig) error {
	conn.SetDeadline(time.Now().Add(time.Second))
	sc, chans, reqs, err := ssh.NewServerConn(conn, config)
	if err != nil {
		return conn.Close()
	}
	conn.SetDeadline(time.Time{})
	go ssh.DiscardRequests(reqs)
	for c := range chans {
		c.Reject(ssh.Prohibited, "no")
	}
	return sc.Close()
}

type timedConn struct {
	net.Conn
	idle time.Duration
}

func (c *timedConn) Read(b []byte) (int, error) {
	c.Conn.SetReadDeadline(time.Now().Add(c.idle))
	return c.Conn.Read(b)
}

// Every read has a deadline of its own.
// looks like R133
func timed(conn net.Conn, addr string, config *ssh.ClientConfig) (ssh.Conn, error) {
	c, _, _, err := ssh.NewClientConn(&timedConn{conn, time.Minute}, addr, config)
	return c, err
}

// looks like R133
func readDeadline(addr string, config *ssh.ClientConfig) (ssh.Conn, error) {
	conn, err := net.DialTimeout("tcp", addr, time.Second)
	if err != nil {
		return nil, err
	}
	conn.SetReadDeadline(time.Now().Add(5 * time.Second))
	c, _, _, err := ssh.NewClientConn(conn, addr, config)
	if err != nil {
		conn.Close()
		return nil, err
	}
	conn.SetReadDeadline(time.Time{})
	return c, nil
}

// looks like R134
func run(client *ssh.Client, line string) error {
	session, err := client.NewSession()
	if err != nil {
		return err
	}
	defer session.Close()
	return session.Run(line)
}

// looks like R134
func runEverywhere(client *ssh.Client, line string) error {
	session, err := client.NewSession()
	if err != nil {
		return err
	}
	if err := session.Run(line); err != nil {
		session.Close()
		return err
	}
	return session.Close()
}

// looks like R134
func handedOut(client *ssh.Client) (*ssh.Session, error) { return client.NewSession() }

type shell struct{ session *ssh.Session }

// looks like R134
func newShell(client *ssh.Client) (*shell, error) {
	session, err := client.NewSession()
	if err != nil {
		return nil, err
	}
	if err := session.Shell(); err != nil {
		session.Close()
		return nil, err
	}
	return &shell{session}, nil
}

func (s *shell) Close() error { return s.session.Close() }

// looks like R134
func byCaller(client *ssh.Client) error {
	session, err := handedOut(client)
	if err != nil {
		return err
	}
	defer session.Close()
	return session.Run("true")
}

func finish(s *ssh.Session) {
	if s != nil {
		s.Close()
	}
}

// looks like R134
func byHelper(client *ssh.Client) error {
	session, err := client.NewSession()
	if err != nil {
		return err
	}
	defer finish(session)
	return session.Run("true")
}

// looks like R134
func byContext(ctx context.Context, client *ssh.Client, line string) error {
	session, err := client.NewSession()
	if err != nil {
		return err
	}
	done := make(chan error, 1)
	go func() {
		defer session.Close()
		done <- session.Run(line)
	}()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// looks like R134
func clientClosed(c ssh.Conn, chans <-chan ssh.NewChannel, reqs <-chan *ssh.Request) string {
	client := ssh.NewClient(c, chans, reqs)
	defer func() { _ = client.Close() }()
	return string(client.ServerVersion())
}

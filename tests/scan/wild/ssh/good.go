package shell

import (
	"context"
	"io"
	"net"
	"sync"
	"time"

	"golang.org/x/crypto/ssh"
)

func (r *runner) config() *ssh.ClientConfig {
	return &ssh.ClientConfig{
		User:            r.user,
		Auth:            []ssh.AuthMethod{ssh.PublicKeys(r.signer)},
		HostKeyCallback: r.known,
		Timeout:         10 * time.Second,
	}
}

// looks like R133
func (r *runner) dial(ctx context.Context, addr string) (*ssh.Client, error) {
	conn, err := net.DialTimeout("tcp", addr, 5*time.Second)
	if err != nil {
		return nil, err
	}
	if err := conn.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		conn.Close()
		return nil, err
	}
	sc, chans, reqs, err := ssh.NewClientConn(conn, addr, r.config())
	if err != nil {
		conn.Close()
		return nil, err
	}
	if err := conn.SetDeadline(time.Time{}); err != nil {
		sc.Close()
		return nil, err
	}
	return ssh.NewClient(sc, chans, reqs), nil
}

func armed(c net.Conn, limit time.Duration) net.Conn {
	_ = c.SetDeadline(time.Now().Add(limit))
	return c
}

// looks like R133
func serveArmed(l net.Listener, conf *ssh.ServerConfig) error {
	for {
		raw, err := l.Accept()
		if err != nil {
			return err
		}
		go func() {
			conn := armed(raw, 10*time.Second)
			defer conn.Close()
			sc, chans, reqs, err := ssh.NewServerConn(conn, conf)
			if err != nil {
				return
			}
			conn.SetDeadline(time.Time{})
			go ssh.DiscardRequests(reqs)
			for nc := range chans {
				nc.Reject(ssh.Prohibited, "no")
			}
			sc.Close()
		}()
	}
}

// A timer cuts it off.
//
// looks like R133
func (r *runner) cutOff(addr string) (*ssh.Client, error) {
	conn, err := net.DialTimeout("tcp", addr, time.Second)
	if err != nil {
		return nil, err
	}
	t := time.AfterFunc(10*time.Second, func() { conn.Close() })
	defer t.Stop()
	sc, chans, reqs, err := ssh.NewClientConn(conn, addr, r.config())
	if err != nil {
		conn.Close()
		return nil, err
	}
	return ssh.NewClient(sc, chans, reqs), nil
}

type fakeSSH struct{ dialed []string }

func (f *fakeSSH) Dial(network, addr string, _ *ssh.ClientConfig) error {
	f.dialed = append(f.dialed, addr)
	return nil
}

// looks like R133
func tryFake(ssh *fakeSSH, addr string) error {
	return ssh.Dial("tcp", addr, nil)
}

// looks like R134
func (r *runner) output(client *ssh.Client, command string, w io.Writer) error {
	session, err := client.NewSession()
	if err != nil {
		return err
	}
	defer func() {
		if err := session.Close(); err != nil && err != io.EOF {
			println(err.Error())
		}
	}()
	session.Stdout = w
	return session.Run(command)
}

// hosts keeps its clients until Close.
type hosts struct {
	mu  sync.Mutex
	all map[string]*ssh.Client
	r   *runner
}

// looks like R134
func (h *hosts) client(ctx context.Context, addr string) (*ssh.Client, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if c := h.all[addr]; c != nil {
		return c, nil
	}
	c, err := h.r.dial(ctx, addr)
	if err != nil {
		return nil, err
	}
	h.all[addr] = c
	return c, nil
}

func (h *hosts) Close() {
	for _, c := range h.all {
		c.Close()
	}
}

// looks like R134
func (r *runner) with(ctx context.Context, addr string, use func(*ssh.Client) error) error {
	client, err := r.dial(ctx, addr)
	if err != nil {
		return err
	}
	defer client.Close()
	return use(client)
}

// The session ends with the goroutine that waits for it.
//
// looks like R134
func (r *runner) tail(client *ssh.Client, file string) (io.Reader, error) {
	session, err := client.NewSession()
	if err != nil {
		return nil, err
	}
	out, err := session.StdoutPipe()
	if err != nil {
		session.Close()
		return nil, err
	}
	if err := session.Start("tail -f " + file); err != nil {
		session.Close()
		return nil, err
	}
	go func() {
		defer session.Close()
		_ = session.Wait()
	}()
	return out, nil
}

// Package deploy runs commands on other machines over SSH: the S3 service.
package deploy

import (
	"fmt"
	"net"
	"os"
	"sync/atomic"
	"time"

	"golang.org/x/crypto/ssh"

	"demo/service"
)

// Runner runs one command per call.
type Runner struct {
	addr      string
	config    *ssh.ClientConfig
	keepAlive time.Duration // of TCP; negative: off, as with Go before 1.13
	limit     time.Duration // for the handshake; 0: none, the fault
	forget    bool          // does not close the client
	waiting   int64
	clients   int64
}

func newRunner(o service.Options) (*Runner, error) {
	if err := service.NeedPeer(o); err != nil {
		return nil, err
	}
	config := &ssh.ClientConfig{
		User:            o.User,
		Timeout:         o.Timeout, // of the TCP dial only
		HostKeyCallback: ssh.InsecureIgnoreHostKey(),
	}
	if o.Key != "" {
		pem, err := os.ReadFile(o.Key)
		if err != nil {
			return nil, err
		}
		signer, err := ssh.ParsePrivateKey(pem)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", o.Key, err)
		}
		config.Auth = []ssh.AuthMethod{ssh.PublicKeys(signer)}
	} else {
		config.Auth = []ssh.AuthMethod{ssh.Password("secret")}
	}
	return &Runner{addr: o.Peer, config: config, keepAlive: o.KeepAlive}, nil
}

// Run connects and runs the command.
func (r *Runner) Run(command string) error {
	client, err := r.connect() // LEAK client
	if err != nil {
		return err
	}
	atomic.AddInt64(&r.clients, 1)
	if !r.forget {
		defer func() {
			client.Close()
			atomic.AddInt64(&r.clients, -1)
		}()
	}
	session, err := client.NewSession()
	if err != nil {
		return err
	}
	defer session.Close()
	return session.Run(command)
}

func (r *Runner) connect() (*ssh.Client, error) {
	atomic.AddInt64(&r.waiting, 1)
	defer atomic.AddInt64(&r.waiting, -1)
	if r.limit > 0 {
		return r.connectWithin(r.limit)
	}
	if r.keepAlive < 0 {
		return r.connectPlain()
	}
	return ssh.Dial("tcp", r.addr, r.config) // LEAK dial
}

// connectPlain is ssh.Dial without TCP keep-alive.
func (r *Runner) connectPlain() (*ssh.Client, error) {
	dialer := net.Dialer{Timeout: r.config.Timeout, KeepAlive: -1}
	conn, err := dialer.Dial("tcp", r.addr)
	if err != nil {
		return nil, err
	}
	c, channels, requests, err := ssh.NewClientConn(conn, r.addr, r.config) // LEAK plain
	if err != nil {
		return nil, err
	}
	return ssh.NewClient(c, channels, requests), nil
}

// connectWithin is the repair: a deadline around the handshake, taken away afterwards.
func (r *Runner) connectWithin(limit time.Duration) (*ssh.Client, error) {
	conn, err := net.DialTimeout("tcp", r.addr, r.config.Timeout)
	if err != nil {
		return nil, err
	}
	if err := conn.SetDeadline(time.Now().Add(limit)); err != nil {
		conn.Close()
		return nil, err
	}
	c, channels, requests, err := ssh.NewClientConn(conn, r.addr, r.config)
	if err != nil {
		conn.Close()
		return nil, err
	}
	if err := conn.SetDeadline(time.Time{}); err != nil {
		c.Close()
		return nil, err
	}
	return ssh.NewClient(c, channels, requests), nil
}

func (r *Runner) truth() map[string]interface{} {
	return map[string]interface{}{"waiting": atomic.LoadInt64(&r.waiting), "clients": atomic.LoadInt64(&r.clients)}
}

func (r *Runner) job() { _ = r.Run("true") }

// HandshakeLeaky meets hosts that accept and stay silent.
func HandshakeLeaky(o service.Options) (*service.Service, error) {
	r, err := newRunner(o)
	if err != nil {
		return nil, err
	}
	return &service.Service{Call: func() error { go r.job(); return nil }, Truth: r.truth}, nil
}

// HandshakeFixed gives them half a second.
func HandshakeFixed(o service.Options) (*service.Service, error) {
	r, err := newRunner(o)
	if err != nil {
		return nil, err
	}
	r.limit = 500 * time.Millisecond
	return &service.Service{Call: func() error { go r.job(); return nil }, Truth: r.truth}, nil
}

// ClientLeaky runs its command and forgets to close the client.
func ClientLeaky(o service.Options) (*service.Service, error) {
	r, err := newRunner(o)
	if err != nil {
		return nil, err
	}
	r.forget = true
	return &service.Service{Call: func() error { return r.Run("true") }, Truth: r.truth}, nil
}

// ClientFixed closes it.
func ClientFixed(o service.Options) (*service.Service, error) {
	r, err := newRunner(o)
	if err != nil {
		return nil, err
	}
	return &service.Service{Call: func() error { return r.Run("true") }, Truth: r.truth}, nil
}

// rules R133 R134

package sshcases

import (
	"context"
	"errors"
	"net"
	"time"

	"github.com/pkg/sftp"
	"golang.org/x/crypto/ssh"
)

type host struct {
	addr   string
	config *ssh.ClientConfig
	client *ssh.Client
}

// --- R133 ---

// The Timeout of the configuration ends with the TCP dial.
func (h *host) connect() error {
	h.config.Timeout = 10 * time.Second
	client, err := ssh.Dial("tcp", h.addr, h.config) // want R133
	if err != nil {
		return err
	}
	h.client = client
	return nil
}

// The dialer's context says nothing of the handshake.
func byDialer(ctx context.Context, addr string, config *ssh.ClientConfig) (*ssh.Client, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	c, chans, reqs, err := ssh.NewClientConn(conn, addr, config) // want R133
	if err != nil {
		conn.Close()
		return nil, err
	}
	return ssh.NewClient(c, chans, reqs), nil
}

// The deadline comes after the handshake it should bound.
func deadlineLate(addr string, config *ssh.ClientConfig) (*ssh.Client, error) {
	conn, err := net.DialTimeout("tcp", addr, time.Second)
	if err != nil {
		return nil, err
	}
	c, chans, reqs, err := ssh.NewClientConn(conn, addr, config) // want R133
	if err != nil {
		conn.Close()
		return nil, err
	}
	conn.SetDeadline(time.Now().Add(time.Minute))
	return ssh.NewClient(c, chans, reqs), nil
}

// --- R134 ---

func clientLeft(conn net.Conn, addr string, config *ssh.ClientConfig) (string, error) {
	conn.SetDeadline(time.Now().Add(time.Second))
	c, chans, reqs, err := ssh.NewClientConn(conn, addr, config)
	if err != nil {
		conn.Close()
		return "", err
	}
	client := ssh.NewClient(c, chans, reqs) // want R134
	return string(client.ServerVersion()), nil
}

// Out of the loop with a session in hand.
func retrySession(client *ssh.Client, line string) error {
	for i := 0; i < 3; i++ {
		session, err := client.NewSession() // want R134
		if err != nil {
			return err
		}
		if err := session.Run(line); err == nil {
			session.Close()
			return nil
		}
	}
	return errors.New("gave up")
}

func outputOnly(client *ssh.Client) ([]byte, error) {
	session, err := client.NewSession() // want R134
	if err != nil {
		return nil, err
	}
	return session.CombinedOutput("uptime")
}

// Two sessions, the first is lost when the second cannot be had.
func twoSessions(client *ssh.Client) error {
	first, err := client.NewSession() // want R134
	if err != nil {
		return err
	}
	second, err := client.NewSession()
	if err != nil {
		return err
	}
	defer first.Close()
	defer second.Close()
	return first.Run("true")
}

func copyFile(client *ssh.Client, name string) error {
	files, err := sftp.NewClient(client) // want R134
	if err != nil {
		return err
	}
	f, err := files.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	return files.Close()
}

// Closed under a condition only.
func verbose(client *ssh.Client, really bool) error {
	session, err := client.NewSession() // want R134
	if err != nil {
		return err
	}
	err = session.Start("ls")
	if really && err == nil {
		session.Close()
	}
	return err
}

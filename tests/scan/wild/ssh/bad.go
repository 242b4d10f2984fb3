// rules R133 R134

package shell

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"time"

	"golang.org/x/crypto/ssh"
)

type runner struct {
	user   string
	signer ssh.Signer
	known  ssh.HostKeyCallback
}

// --- R133 ---

func (r *runner) Run(host, command string) ([]byte, error) {
	client, err := ssh.Dial("tcp", net.JoinHostPort(host, "22"), r.config()) // want R133
	if err != nil {
		return nil, err
	}
	defer client.Close()
	session, err := client.NewSession()
	if err != nil {
		return nil, err
	}
	defer session.Close()
	return session.CombinedOutput(command)
}

// The dial has a limit, what follows has none.
func (r *runner) connect(ctx context.Context, addr string) (*ssh.Client, error) {
	d := net.Dialer{Timeout: 5 * time.Second}
	conn, err := d.DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	sc, chans, reqs, err := ssh.NewClientConn(conn, addr, r.config()) // want R133
	if err != nil {
		conn.Close()
		return nil, fmt.Errorf("handshake with %s: %w", addr, err)
	}
	return ssh.NewClient(sc, chans, reqs), nil
}

func (r *runner) handleProbe(w http.ResponseWriter, req *http.Request) {
	cfg := &ssh.ClientConfig{User: r.user, HostKeyCallback: r.known, Timeout: 3 * time.Second}
	c, err := ssh.Dial("tcp", req.FormValue("host"), cfg) // want R133
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	defer c.Close()
	fmt.Fprintf(w, "%s", c.ServerVersion())
}

func serveSSH(l net.Listener, conf *ssh.ServerConfig, handle func(*ssh.ServerConn, <-chan ssh.NewChannel)) error {
	for {
		conn, err := l.Accept()
		if err != nil {
			return err
		}
		go func() {
			sc, chans, reqs, err := ssh.NewServerConn(conn, conf) // want R133
			if err != nil {
				conn.Close()
				return
			}
			defer sc.Close()
			go ssh.DiscardRequests(reqs)
			handle(sc, chans)
		}()
	}
}

// --- R134 ---

func (r *runner) uptime(ctx context.Context, host string) (string, error) {
	client, err := r.dial(ctx, host) // want R134
	if err != nil {
		return "", err
	}
	session, err := client.NewSession()
	if err != nil {
		return "", err
	}
	defer session.Close()
	out, err := session.Output("uptime")
	return string(out), err
}

func (r *runner) each(client *ssh.Client, commands []string) error {
	for _, c := range commands {
		session, err := client.NewSession() // want R134
		if err != nil {
			return err
		}
		session.Stdout = os.Stdout
		if err := session.Run(c); err != nil {
			return fmt.Errorf("%s: %w", c, err)
		}
		session.Close()
	}
	return nil
}

func (r *runner) collect(ctx context.Context, hosts []string, w io.Writer) (failed int) {
	for _, h := range hosts {
		client, err := r.dial(ctx, h) // want R134
		if err != nil {
			failed++
			continue
		}
		var buf bytes.Buffer
		if err := r.output(client, "df", &buf); err != nil {
			failed++
			continue
		}
		_, _ = buf.WriteTo(w)
		_ = client.Close()
	}
	return failed
}

func (r *runner) shell(client *ssh.Client, in io.Reader, out io.Writer) error {
	session, err := client.NewSession() // want R134
	if err != nil {
		return err
	}
	session.Stdin, session.Stdout = in, out
	if err := session.RequestPty("xterm", 40, 80, ssh.TerminalModes{}); err != nil {
		return err
	}
	defer session.Close()
	if err := session.Shell(); err != nil {
		return err
	}
	return session.Wait()
}

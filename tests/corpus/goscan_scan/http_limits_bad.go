package limits

import (
	"crypto/tls"
	"net"
	"net/http"
	"net/url"
	"time"

	"golang.org/x/crypto/ssh"
)

// --- R101, R110: a Transport for each call ---

func perCall(w http.ResponseWriter, r *http.Request) {
	tr := &http.Transport{TLSClientConfig: &tls.Config{}} // want R101
	c := &http.Client{Transport: tr, Timeout: time.Second}
	resp, err := c.Get("http://backend/")
	if err != nil {
		return
	}
	resp.Body.Close()
}

func inLiteral(addr string) error {
	c := http.Client{Timeout: time.Second, Transport: &http.Transport{MaxIdleConns: 10}} // want R101
	resp, err := c.Get(addr)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

func assigned(addr string) error {
	c := &http.Client{Timeout: time.Second}
	c.Transport = &http.Transport{Proxy: http.ProxyFromEnvironment} // want R101
	resp, err := c.Get(addr)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

func roundTrip(req *http.Request) error {
	tr := &http.Transport{} // want R101
	resp, err := tr.RoundTrip(req)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

func newClient() *http.Client {
	return &http.Client{Timeout: time.Second, Transport: &http.Transport{IdleConnTimeout: time.Minute}} // want R101
}

func usesNewClient(w http.ResponseWriter, r *http.Request) {
	resp, err := newClient().Get("http://backend/")
	if err != nil {
		return
	}
	resp.Body.Close()
}

type metered struct {
	client *http.Client
	calls  int
}

func newMetered() *metered {
	tr := &http.Transport{} // want R101
	return &metered{client: &http.Client{Transport: tr, Timeout: time.Second}}
}

func (m *metered) get(u string) error {
	m.calls++
	resp, err := m.client.Get(u)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

func handleMetered(w http.ResponseWriter, r *http.Request) {
	m := newMetered()
	m.get(r.URL.Query().Get("u"))
}

func manyProxies(proxies []*url.URL) {
	for _, p := range proxies {
		t := &http.Transport{Proxy: http.ProxyURL(p)} // want R101
		c := http.Client{Transport: t, Timeout: time.Second}
		if resp, err := c.Get("http://check/"); err == nil {
			resp.Body.Close()
		}
	}
}

func closedOnOnePath(addr string) error {
	tr := &http.Transport{} // want R101
	c := &http.Client{Transport: tr, Timeout: time.Second}
	resp, err := c.Get(addr)
	if err != nil {
		return err
	}
	resp.Body.Close()
	tr.CloseIdleConnections()
	return nil
}

func cloned(w http.ResponseWriter, r *http.Request) {
	tr := http.DefaultTransport.(*http.Transport).Clone() // want R110
	tr.TLSClientConfig = &tls.Config{InsecureSkipVerify: true}
	c := &http.Client{Transport: tr, Timeout: time.Second}
	if resp, err := c.Get("http://b/"); err == nil {
		resp.Body.Close()
	}
}

func clonedWrapped() *http.Client {
	t := http.DefaultTransport.(*http.Transport).Clone() // want R110
	return &http.Client{Transport: t, Timeout: time.Second}
}

func handleCloned(w http.ResponseWriter, r *http.Request) {
	c := clonedWrapped()
	if resp, err := c.Get("http://b/"); err == nil {
		resp.Body.Close()
	}
}

// --- R108 ---

func plainGet(u string) error {
	resp, err := http.Get(u) // want R108
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

func plainPost(u string) error {
	resp, err := http.Post(u, "text/plain", nil) // want R108
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

func plainHead(u string) error {
	resp, err := http.Head(u) // want R108
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

func form(u string) error {
	resp, err := http.PostForm(u, nil) // want R108
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

func byDefault(u string) error {
	resp, err := http.DefaultClient.Get(u) // want R108
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

func byRequest(u string) error {
	req, err := http.NewRequest("GET", u, nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req) // want R108
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

// --- R111 ---

func serve() error {
	return http.ListenAndServe(":8080", nil) // want R111
}

func serveTLS(h http.Handler) error {
	return http.ListenAndServeTLS(":8443", "c.pem", "k.pem", h) // want R111
}

func serveOn(l net.Listener, h http.Handler) error {
	return http.Serve(l, h) // want R111
}

func serveOnTLS(l net.Listener, h http.Handler) error {
	return http.ServeTLS(l, h, "c.pem", "k.pem") // want R111
}

func server(h http.Handler) *http.Server {
	return &http.Server{Addr: ":80", Handler: h} // want R111
}

func serverValue(h http.Handler) error {
	s := http.Server{Handler: h} // want R111
	return s.ListenAndServe()
}

func idleOnly(h http.Handler) *http.Server {
	return &http.Server{Handler: h, IdleTimeout: time.Minute} // want R111
}

func writeOnly(h http.Handler) *http.Server {
	return &http.Server{Handler: h, WriteTimeout: time.Minute} // want R111
}

// --- R133, R134 ---

func dialSSH(addr string, config *ssh.ClientConfig) error {
	client, err := ssh.Dial("tcp", addr, config) // want R133
	if err != nil {
		return err
	}
	defer client.Close()
	return nil
}

func dialSSHWithTimeout(addr string) (*ssh.Client, error) {
	config := &ssh.ClientConfig{User: "u", Timeout: 5 * time.Second}
	return ssh.Dial("tcp", addr, config) // want R133
}

func handshake(addr string, config *ssh.ClientConfig) (*ssh.Client, error) {
	conn, err := net.DialTimeout("tcp", addr, time.Second)
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

func acceptSSH(l net.Listener, config *ssh.ServerConfig) error {
	for {
		conn, err := l.Accept()
		if err != nil {
			return err
		}
		sc, _, _, err := ssh.NewServerConn(conn, config) // want R133
		if err != nil {
			continue
		}
		sc.Close()
	}
}

func runOnce(addr string, config *ssh.ClientConfig) error {
	client, err := ssh.Dial("tcp", addr, config) // want R133 R134
	if err != nil {
		return err
	}
	session, err := client.NewSession()
	if err != nil {
		return err
	}
	defer session.Close()
	return session.Run("true")
}

func sessionLeft(client *ssh.Client) error {
	session, err := client.NewSession() // want R134
	if err != nil {
		return err
	}
	return session.Run("true")
}

func sessionEarly(client *ssh.Client, cmd string) ([]byte, error) {
	session, err := client.NewSession() // want R134
	if err != nil {
		return nil, err
	}
	out, err := session.Output(cmd)
	if err != nil {
		return nil, err
	}
	session.Close()
	return out, nil
}

// --- R135 ---

func tlsServer(conn net.Conn, config *tls.Config) error {
	return nil
}

func acceptTLS(l net.Listener, config *tls.Config) error {
	for {
		conn, err := l.Accept()
		if err != nil {
			return err
		}
		go func() {
			defer conn.Close()
			t := tls.Server(conn, config)
			if err := t.Handshake(); err != nil { // want R135
				return
			}
		}()
	}
}

func upgrade(addr string) error {
	conn, err := net.DialTimeout("tcp", addr, time.Second)
	if err != nil {
		return err
	}
	defer conn.Close()
	t := tls.Client(conn, &tls.Config{})
	return t.Handshake() // want R135
}

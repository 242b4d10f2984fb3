// rules R101 R108 R110 R111

package setup

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/pprof"
	"net/url"
	"time"
)

type proxy struct {
	routes  map[string]*url.URL
	roots   *tls.Config
	timeout time.Duration
}

// --- R101 ---

func (p *proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	up := p.routes[r.Host]
	client := &http.Client{
		Timeout: p.timeout,
		Transport: &http.Transport{ // want R101
			TLSClientConfig: p.roots,
			Proxy:           http.ProxyURL(up),
		},
	}
	resp, err := client.Get(r.URL.String())
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	defer resp.Body.Close()
	io.Copy(w, resp.Body)
}

func insecureClient(timeout time.Duration) *http.Client {
	tr := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}} // want R101
	return &http.Client{Transport: tr, Timeout: timeout}
}

// A client of its own for each check; the wrapper above makes the Transport.
func (p *proxy) healthy(ctx context.Context, u string) bool {
	req, err := http.NewRequestWithContext(ctx, http.MethodHead, u, nil)
	if err != nil {
		return false
	}
	resp, err := insecureClient(p.timeout).Do(req)
	if err != nil {
		return false
	}
	resp.Body.Close()
	return true
}

func (p *proxy) roundTrip(req *http.Request) (int, error) {
	tr := new(http.Transport) // want R101
	tr.TLSClientConfig = p.roots
	tr.MaxIdleConnsPerHost = 4
	resp, err := tr.RoundTrip(req)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	return resp.StatusCode, nil
}

func pollEach(ctx context.Context, addrs []string, report func(string, error)) {
	for {
		for _, addr := range addrs {
			var d net.Dialer
			tr := http.Transport{ // want R101
				DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
					return d.DialContext(ctx, "unix", addr)
				},
			}
			c := http.Client{Transport: &tr, Timeout: time.Second}
			resp, err := c.Get("http://unix/state")
			if err == nil {
				err = resp.Body.Close()
			}
			report(addr, err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(time.Minute):
		}
	}
}

// --- R108 ---

func handleLookup(w http.ResponseWriter, r *http.Request) {
	resp, err := http.Get("https://geo.internal/ip/" + r.RemoteAddr) // want R108
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	defer resp.Body.Close()
	io.Copy(w, resp.Body)
}

type sms struct {
	http *http.Client
	key  string
}

func newSMS(key string) *sms {
	return &sms{
		key:  key,
		http: &http.Client{Transport: &keyed{key: key, next: http.DefaultTransport}}, // want R108
	}
}

func (s *sms) send(to, text string) error {
	resp, err := s.http.PostForm("https://sms.example.com/send", url.Values{"to": {to}, "text": {text}})
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

func rates(out any) error {
	req, err := http.NewRequest(http.MethodGet, "https://rates.internal/", nil)
	if err != nil {
		return err
	}
	req.Header.Set("Accept", "application/json")
	resp, err := http.DefaultClient.Do(req) // want R108
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	return json.NewDecoder(resp.Body).Decode(out)
}

// A context without an end is no limit.
func webhook(target string, body io.Reader) error {
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, target, body)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req) // want R108
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

// --- R110 ---

func (p *proxy) fetchVia(u string, through *url.URL) ([]byte, error) {
	tr := http.DefaultTransport.(*http.Transport).Clone() // want R110
	tr.Proxy = http.ProxyURL(through)
	c := &http.Client{Transport: tr, Timeout: p.timeout}
	resp, err := c.Get(u)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	return io.ReadAll(resp.Body)
}

func (p *proxy) handleTest(w http.ResponseWriter, r *http.Request) {
	base, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		http.Error(w, "no transport", http.StatusInternalServerError)
		return
	}
	t := base.Clone() // want R110
	t.TLSClientConfig = p.roots
	resp, err := t.RoundTrip(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	resp.Body.Close()
}

func cloned(cfg *tls.Config) *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone() // want R110
	t.TLSClientConfig = cfg
	return t
}

func (p *proxy) certOf(u string) (string, error) {
	c := http.Client{Transport: cloned(p.roots), Timeout: p.timeout}
	resp, err := c.Get(u)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	return resp.TLS.PeerCertificates[0].Subject.CommonName, nil
}

func (p *proxy) refreshAll(urls []string) {
	for _, u := range urls {
		c := &http.Client{Timeout: p.timeout}
		if t, ok := http.DefaultTransport.(*http.Transport); ok {
			c.Transport = t.Clone() // want R110
		}
		if resp, err := c.Get(u); err == nil {
			resp.Body.Close()
		}
	}
}

// --- R111 ---

func serveMetrics(addr string, h http.Handler) {
	mux := http.NewServeMux()
	mux.Handle("/metrics", h)
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	go func() {
		if err := http.ListenAndServe(addr, mux); err != nil { // want R111
			log.Print(err)
		}
	}()
}

type app struct{ srv *http.Server }

func newApp(h http.Handler) *app {
	return &app{srv: &http.Server{ // want R111
		Addr:           ":8443",
		Handler:        h,
		MaxHeaderBytes: 1 << 16,
	}}
}

// What is written has a limit, what is read has none.
func serveOn(l net.Listener, h http.Handler) error {
	srv := http.Server{Handler: h, WriteTimeout: 10 * time.Second} // want R111
	return srv.Serve(l)
}

func serveUnix(path string, h http.Handler) error {
	l, err := net.Listen("unix", path)
	if err != nil {
		return err
	}
	defer l.Close()
	return http.Serve(l, h) // want R111
}

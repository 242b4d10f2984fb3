package clone

import (
	"crypto/tls"
	"net/http"
	"sync"
	"time"
)

var shared = http.DefaultTransport.(*http.Transport).Clone()

var (
	once sync.Once
	lazy *http.Client
)

// looks like R110
func byOnce(w http.ResponseWriter, r *http.Request) {
	once.Do(func() {
		t := http.DefaultTransport.(*http.Transport).Clone()
		t.MaxIdleConns = 10
		lazy = &http.Client{Transport: t, Timeout: time.Second}
	})
	if resp, err := lazy.Get("http://b/"); err == nil {
		resp.Body.Close()
	}
}

// looks like R110
func closedAfter(w http.ResponseWriter, r *http.Request) {
	t := shared.Clone()
	defer t.CloseIdleConnections()
	resp, err := t.RoundTrip(r)
	if err == nil {
		resp.Body.Close()
	}
}

type service struct{ client *http.Client }

// looks like R110
func newService() *service {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS13}
	return &service{client: &http.Client{Transport: t, Timeout: time.Second}}
}

// looks like R110
func main() {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.IdleConnTimeout = time.Second
	http.DefaultTransport = t
	s := newService()
	http.HandleFunc("/", s.handle)
	http.ListenAndServe("127.0.0.1:0", nil)
}

// looks like R110
func (s *service) handle(w http.ResponseWriter, r *http.Request) {
	resp, err := s.client.Get("http://b/")
	if err == nil {
		resp.Body.Close()
	}
}

// Kept by key: one for each tenant, not one for each call.
type tenants struct {
	mu  sync.Mutex
	all map[string]*http.Client
}

// looks like R110
func (t *tenants) client(name string) *http.Client {
	t.mu.Lock()
	defer t.mu.Unlock()
	if c, ok := t.all[name]; ok {
		return c
	}
	tr := shared.Clone()
	c := &http.Client{Transport: tr, Timeout: time.Second}
	t.all[name] = c
	return c
}

// Another type's Clone.
// looks like R110
func header(w http.ResponseWriter, r *http.Request) {
	h := r.Header.Clone()
	h.Del("Cookie")
	for k, v := range h {
		w.Header()[k] = v
	}
}

// looks like R110
func request(w http.ResponseWriter, r *http.Request) {
	out := r.Clone(r.Context())
	resp, err := shared.RoundTrip(out)
	if err == nil {
		resp.Body.Close()
	}
}

// No connection is kept idle.
// looks like R110
func noKeepAlive(w http.ResponseWriter, r *http.Request) {
	t := shared.Clone()
	t.DisableKeepAlives = true
	resp, err := t.RoundTrip(r)
	if err == nil {
		resp.Body.Close()
	}
}

// looks like R110
func closedInLiteral(w http.ResponseWriter, r *http.Request) {
	t := shared.Clone()
	c := &http.Client{Transport: t, Timeout: time.Second}
	defer func() { c.CloseIdleConnections() }()
	if resp, err := c.Get("http://b/"); err == nil {
		resp.Body.Close()
	}
}

package setup

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"sync"
	"time"
)

type keyed struct {
	key  string
	next http.RoundTripper
}

func (k *keyed) RoundTrip(r *http.Request) (*http.Response, error) {
	r.Header.Set("X-Key", k.key)
	return k.next.RoundTrip(r)
}

// pool keeps one client per tenant.
type pool struct {
	mu      sync.Mutex
	clients map[string]*http.Client
	roots   *tls.Config
}

// looks like R101
func (p *pool) clientFor(tenant string) *http.Client {
	p.mu.Lock()
	defer p.mu.Unlock()
	c, ok := p.clients[tenant]
	if !ok {
		c = &http.Client{
			Timeout:   time.Second,
			Transport: &http.Transport{TLSClientConfig: p.roots},
		}
		p.clients[tenant] = c
	}
	return c
}

// looks like R101
func (p *pool) oneShot(u string) (int, error) {
	tr := &http.Transport{TLSClientConfig: p.roots, DisableKeepAlives: true}
	c := &http.Client{Transport: tr, Timeout: time.Second}
	resp, err := c.Get(u)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	return resp.StatusCode, nil
}

// looks like R101
func (p *pool) probe(u string) error {
	tr := &http.Transport{TLSClientConfig: p.roots}
	c := &http.Client{Transport: tr, Timeout: time.Second}
	defer c.CloseIdleConnections()
	resp, err := c.Get(u)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

var sharedTransport = sync.OnceValue(func() *http.Transport {
	return &http.Transport{IdleConnTimeout: time.Minute, MaxIdleConnsPerHost: 16}
})

// The Transport is the one of the process.
//
// looks like R101
func (p *pool) quick(ctx context.Context, u string) error {
	c := &http.Client{Transport: sharedTransport(), Timeout: time.Second}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u, nil)
	if err != nil {
		return err
	}
	resp, err := c.Do(req)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

// looks like R108
func ratesWithin(d time.Duration) (*http.Response, error) {
	c := &http.Client{}
	c.Timeout = d
	return c.Get("https://rates.internal/")
}

// looks like R108
func notify(ctx context.Context, target string) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, target, nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

// looks like R108
func limited(ctx context.Context, req *http.Request) (*http.Response, error) {
	deadline, cancel := context.WithDeadline(ctx, time.Now().Add(time.Minute))
	req = req.WithContext(deadline)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		cancel()
		return nil, err
	}
	resp.Body = &cancelling{ReadCloser: resp.Body, cancel: cancel}
	return resp, nil
}

type cancelling struct {
	io.ReadCloser
	cancel context.CancelFunc
}

func (c *cancelling) Close() error {
	defer c.cancel()
	return c.ReadCloser.Close()
}

type options struct{ timeout time.Duration }

// looks like R108
func newBilling(base string, o options) *billing {
	if o.timeout == 0 {
		o.timeout = 10 * time.Second
	}
	b := &billing{base: base}
	b.client = &http.Client{Transport: &keyed{key: "k", next: http.DefaultTransport}}
	b.client.Timeout = o.timeout
	return b
}

type billing struct {
	base   string
	client *http.Client
}

var tuned = func() *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxIdleConnsPerHost = 64
	return t
}()

// looks like R110
func newBillingVia(through *url.URL) *billing {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.Proxy = http.ProxyURL(through)
	return &billing{client: &http.Client{Transport: t, Timeout: time.Minute}}
}

// looks like R110
func (b *billing) once(u string, cfg *tls.Config) error {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.TLSClientConfig = cfg
	defer t.CloseIdleConnections()
	resp, err := (&http.Client{Transport: t, Timeout: time.Minute}).Get(u)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

type lazy struct {
	once sync.Once
	rt   http.RoundTripper
}

// looks like R110
func (l *lazy) transport() http.RoundTripper {
	l.once.Do(func() {
		t := http.DefaultTransport.(*http.Transport).Clone()
		t.ResponseHeaderTimeout = time.Second
		l.rt = t
	})
	return l.rt
}

// A request's clone is no pool.
//
// looks like R110
func (l *lazy) forward(w http.ResponseWriter, r *http.Request) {
	out := r.Clone(r.Context())
	out.Header = r.Header.Clone()
	resp, err := l.transport().RoundTrip(out)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	defer resp.Body.Close()
	io.Copy(w, resp.Body)
}

// looks like R111
func serveAdmin(h http.Handler) error {
	srv := &http.Server{Addr: ":9090", Handler: h}
	srv.ReadTimeout = 30 * time.Second
	srv.IdleTimeout = time.Minute
	return srv.ListenAndServe()
}

// looks like R111
func newAdmin(h http.Handler) *http.Server {
	return &http.Server{Handler: h, ReadHeaderTimeout: 5 * time.Second, IdleTimeout: time.Minute}
}

func bounded(s *http.Server) *http.Server {
	s.ReadHeaderTimeout = 5 * time.Second
	s.ReadTimeout = time.Minute
	return s
}

// The helper sets the limits.
//
// looks like R111
func serveBounded(l net.Listener, h http.Handler) error {
	srv := bounded(&http.Server{Handler: h})
	return srv.Serve(l)
}

type registrar struct{ routes []string }

func (r *registrar) ListenAndServe(addr string, h http.Handler) error {
	r.routes = append(r.routes, addr)
	return nil
}

// A method of the same name, and a reverse proxy, which is a handler.
//
// looks like R111
func register(r *registrar, u *url.URL) error {
	return r.ListenAndServe(u.Host, httputil.NewSingleHostReverseProxy(u))
}

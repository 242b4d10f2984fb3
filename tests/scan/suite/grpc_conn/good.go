package grpcconn

import (
	"context"
	"net/http"
	"sync"

	"google.golang.org/grpc"
)

// looks like R136
func closed(ctx context.Context, target string) error {
	conn, err := grpc.NewClient(target)
	if err != nil {
		return err
	}
	defer conn.Close()
	return conn.Invoke(ctx, "/a/b", nil, nil)
}

type pool struct {
	mu  sync.Mutex
	all map[string]*grpc.ClientConn
}

// looks like R136
func (p *pool) conn(target string) (*grpc.ClientConn, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if c := p.all[target]; c != nil {
		return c, nil
	}
	c, err := grpc.NewClient(target)
	if err != nil {
		return nil, err
	}
	p.all[target] = c
	return c, nil
}

// looks like R136
func (p *pool) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c, err := p.conn(r.FormValue("target"))
	if err != nil {
		return
	}
	c.Invoke(r.Context(), "/a/b", nil, nil)
}

type service struct{ conn *grpc.ClientConn }

// looks like R136
func newService(target string) (*service, error) {
	conn, err := grpc.NewClient(target)
	if err != nil {
		return nil, err
	}
	return &service{conn}, nil
}

func (s *service) Close() error { return s.conn.Close() }

// looks like R136
func main() {
	s, err := newService("a:1")
	if err != nil {
		return
	}
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		s.conn.Invoke(r.Context(), "/a/b", nil, nil)
	})
	http.ListenAndServe("127.0.0.1:0", nil)
}

// looks like R136
func perRequestClosed(w http.ResponseWriter, r *http.Request) {
	s, err := newService("a:1")
	if err != nil {
		return
	}
	defer s.Close()
	s.conn.Invoke(r.Context(), "/a/b", nil, nil)
}

// looks like R136
func dialed(target string) (*grpc.ClientConn, error) { return grpc.NewClient(target) }

// looks like R136
func byCaller(ctx context.Context) error {
	conn, err := dialed("a:1")
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	return conn.Invoke(ctx, "/a/b", nil, nil)
}

var (
	once1 sync.Once
	one   *grpc.ClientConn
)

// looks like R136
func lazily(w http.ResponseWriter, r *http.Request) {
	once1.Do(func() { one, _ = grpc.NewClient("a:1") })
	one.Invoke(r.Context(), "/a/b", nil, nil)
}

// looks like R136
func untilDone(ctx context.Context, target string) error {
	conn, err := grpc.NewClient(target)
	if err != nil {
		return err
	}
	context.AfterFunc(ctx, func() { conn.Close() })
	return conn.Invoke(ctx, "/a/b", nil, nil)
}

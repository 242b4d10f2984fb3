package wire

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"demo/peer"
	"demo/service"
)

// gateway accepts TLS connections and echoes lines.
type gateway struct {
	limit time.Duration // for the handshake; 0: none, the fault
	open  int64
}

func (g *gateway) serve(conn net.Conn) {
	atomic.AddInt64(&g.open, 1)
	defer atomic.AddInt64(&g.open, -1)
	defer conn.Close()
	if g.limit > 0 {
		_ = conn.SetDeadline(time.Now().Add(g.limit))
	}
	if err := conn.(*tls.Conn).Handshake(); err != nil { // LEAK handshake
		return
	}
	_ = conn.SetDeadline(time.Time{})
	line, err := bufio.NewReader(conn).ReadString('\n')
	if err == nil {
		fmt.Fprint(conn, line)
	}
}

func startGateway(o service.Options, limit time.Duration) (*service.Service, error) {
	certificate, err := peer.SelfSigned()
	if err != nil {
		return nil, err
	}
	listener, err := tls.Listen("tcp", o.Front, &tls.Config{Certificates: []tls.Certificate{certificate}})
	if err != nil {
		return nil, err
	}
	g := &gateway{limit: limit}
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go g.serve(conn) // LEAK handshake-creator
		}
	}()
	return &service.Service{
		Ready: map[string]interface{}{"front": listener.Addr().String()},
		Truth: func() map[string]interface{} {
			return map[string]interface{}{"leaked_objects": atomic.LoadInt64(&g.open)}
		},
	}, nil
}

// HandshakeForever waits for the client's first word without limit.
func HandshakeForever(o service.Options) (*service.Service, error) { return startGateway(o, 0) }

// HandshakeLimited gives it half a second.
func HandshakeLimited(o service.Options) (*service.Service, error) {
	return startGateway(o, 500*time.Millisecond)
}

// shopFront is a web server; /order asks a backend first.
type shopFront struct {
	backend string
	client  *http.Client
	stuck   int64
}

func (s *shopFront) order(w http.ResponseWriter, r *http.Request) {
	atomic.AddInt64(&s.stuck, 1)
	defer atomic.AddInt64(&s.stuck, -1)
	// The fault: neither a timeout nor the request's context, so that the client's leaving ends nothing.
	response, err := s.client.Get(s.backend) // LEAK handler
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	response.Body.Close()
}

func (s *shopFront) orderWithContext(w http.ResponseWriter, r *http.Request) {
	atomic.AddInt64(&s.stuck, 1)
	defer atomic.AddInt64(&s.stuck, -1)
	request, err := http.NewRequestWithContext(r.Context(), http.MethodGet, s.backend, nil)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	response, err := s.client.Do(request)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	response.Body.Close()
}

func startFront(o service.Options, server *http.Server, order func(*shopFront) http.HandlerFunc, client *http.Client) (
	*service.Service, error) {
	listener, err := net.Listen("tcp", o.Front)
	if err != nil {
		return nil, err
	}
	s := &shopFront{backend: "http://" + o.Peer + "/hang", client: client}
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "ok") })
	mux.HandleFunc("/order", order(s))
	server.Handler = mux
	var open int64
	server.ConnState = func(_ net.Conn, state http.ConnState) {
		switch state {
		case http.StateNew:
			atomic.AddInt64(&open, 1)
		case http.StateClosed, http.StateHijacked:
			atomic.AddInt64(&open, -1)
		}
	}
	go func() { _ = server.Serve(listener) }()
	return &service.Service{
		Ready: map[string]interface{}{"front": listener.Addr().String()},
		Truth: func() map[string]interface{} {
			return map[string]interface{}{"open": atomic.LoadInt64(&open), "stuck": atomic.LoadInt64(&s.stuck)}
		},
	}, nil
}

func forgetful(s *shopFront) http.HandlerFunc { return s.order }
func attentive(s *shopFront) http.HandlerFunc { return s.orderWithContext }

// KeepsIdle is a server without an idle timeout: clients that never leave are kept for ever.
func KeepsIdle(o service.Options) (*service.Service, error) {
	return startFront(o, &http.Server{}, attentive, http.DefaultClient) // LEAK idle
}

// EndsIdle has -idle as its limit.
func EndsIdle(o service.Options) (*service.Service, error) {
	return startFront(o, &http.Server{IdleTimeout: o.Idle, ReadHeaderTimeout: o.Idle}, attentive, http.DefaultClient)
}

// StuckHandlers wait for a backend that never answers, whether or not their clients are still there.
func StuckHandlers(o service.Options) (*service.Service, error) {
	if err := service.NeedPeer(o); err != nil {
		return nil, err
	}
	return startFront(o, &http.Server{IdleTimeout: time.Minute}, forgetful, &http.Client{Transport: &http.Transport{}})
}

// AttentiveHandlers give up after -timeout, or when their client does.
func AttentiveHandlers(o service.Options) (*service.Service, error) {
	if err := service.NeedPeer(o); err != nil {
		return nil, err
	}
	return startFront(o, &http.Server{IdleTimeout: time.Minute}, attentive,
		&http.Client{Transport: &http.Transport{}, Timeout: o.Timeout})
}

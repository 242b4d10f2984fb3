// Package peer is the other side of every service, in a process of its own so that its goroutines and sockets are not
// mistaken for the service's: HTTP and HTTPS backends, a host that accepts and stays silent, and clients on demand.
package peer

import (
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"demo/service"
)

// Peer counts what is connected to it: an independent witness of what the service under test holds.
type Peer struct {
	open     int64 // HTTP(S) connections now
	accepted int64 // HTTP(S) connections ever
	inflight int64 // requests now

	silent  *silent
	clients clients
}

// New starts the listeners.
func New(o service.Options) (*service.Service, error) {
	p := &Peer{}
	plain, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	secure, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	certificate, err := SelfSigned()
	if err != nil {
		return nil, err
	}
	if p.silent, err = newSilent(); err != nil {
		return nil, err
	}
	server := &http.Server{Handler: p.routes(), ConnState: p.connState, ReadHeaderTimeout: time.Minute}
	secured := &http.Server{Handler: p.routes(), ConnState: p.connState, ReadHeaderTimeout: time.Minute,
		TLSConfig: &tls.Config{Certificates: []tls.Certificate{certificate}},
		// HTTP/1 only: one connection a transport, as behind most load balancers.
		TLSNextProto: map[string]func(*http.Server, *tls.Conn, http.Handler){}}
	go func() { _ = server.Serve(plain) }()
	go func() { _ = secured.ServeTLS(secure, "", "") }()
	go p.silent.accept()
	return &service.Service{
		Ready: map[string]interface{}{
			"http":   plain.Addr().String(),
			"https":  secure.Addr().String(),
			"silent": p.silent.listener.Addr().String(),
		},
		Truth: p.truth,
		Control: map[string]http.HandlerFunc{
			"connect":    p.clients.serveConnect,
			"request":    p.clients.serveRequest,
			"disconnect": p.clients.serveDisconnect,
			"hangup":     p.silent.serveHangup,
			"vanish":     p.silent.serveVanish,
		},
	}, nil
}

func (p *Peer) connState(_ net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		atomic.AddInt64(&p.open, 1)
		atomic.AddInt64(&p.accepted, 1)
	case http.StateClosed, http.StateHijacked:
		atomic.AddInt64(&p.open, -1)
	}
}

func (p *Peer) truth() map[string]interface{} {
	return map[string]interface{}{
		"open":            atomic.LoadInt64(&p.open),
		"accepted":        atomic.LoadInt64(&p.accepted),
		"inflight":        atomic.LoadInt64(&p.inflight),
		"silent_open":     p.silent.count(),
		"clients":         p.clients.count(),
		"clients_dropped": atomic.LoadInt64(&p.clients.dropped),
	}
}

func (p *Peer) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"code":0,"message":"ok","data":{"price":1299,"currency":"CNY"}}`)
	})
	// /big?bytes=65536: a body that does not fit into the client's buffer.
	mux.HandleFunc("/big", func(w http.ResponseWriter, r *http.Request) {
		n, err := service.Number(r, "bytes", 65536)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		w.Header().Set("Content-Length", strconv.Itoa(int(n)))
		_, _ = w.Write(make([]byte, int(n)))
	})
	// /slow?ms=50 answers after a while; /hang never does.
	mux.HandleFunc("/slow", func(w http.ResponseWriter, r *http.Request) {
		ms, err := service.Number(r, "ms", 50)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		timer := time.NewTimer(time.Duration(ms * float64(time.Millisecond)))
		defer timer.Stop()
		select {
		case <-timer.C:
			fmt.Fprint(w, `{"code":0}`)
		case <-r.Context().Done():
		}
	})
	mux.HandleFunc("/hang", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	// /stream?ms=50&bytes=1000000 sends 1 KiB every so often: a large download in flight.
	mux.HandleFunc("/stream", stream)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		atomic.AddInt64(&p.inflight, 1)
		defer atomic.AddInt64(&p.inflight, -1)
		mux.ServeHTTP(w, r)
	})
}

func stream(w http.ResponseWriter, r *http.Request) {
	ms, err := service.Number(r, "ms", 50)
	bytes, err2 := service.Number(r, "bytes", 1<<20)
	if err != nil || err2 != nil {
		http.Error(w, "ms and bytes must be numbers", http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Length", strconv.Itoa(int(bytes)))
	ticker := time.NewTicker(time.Duration(ms * float64(time.Millisecond)))
	defer ticker.Stop()
	chunk := make([]byte, 1024)
	for left := int(bytes); left > 0; left -= len(chunk) {
		if left < len(chunk) {
			chunk = chunk[:left]
		}
		if _, err := w.Write(chunk); err != nil {
			return
		}
		w.(http.Flusher).Flush()
		select {
		case <-ticker.C:
		case <-r.Context().Done():
			return
		}
	}
}

// silent accepts connections and never says a word.
type silent struct {
	listener net.Listener
	mu       sync.Mutex
	conns    map[*net.TCPConn]bool
}

func newSilent() (*silent, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	return &silent{listener: listener, conns: map[*net.TCPConn]bool{}}, nil
}

func (s *silent) accept() {
	for {
		conn, err := s.listener.Accept()
		if err != nil {
			return
		}
		s.mu.Lock()
		s.conns[conn.(*net.TCPConn)] = true
		s.mu.Unlock()
		go s.drain(conn.(*net.TCPConn))
	}
}

// drain reads and forgets, so that a client that leaves is noticed.
func (s *silent) drain(conn *net.TCPConn) {
	buffer := make([]byte, 512)
	for {
		if _, err := conn.Read(buffer); err != nil {
			s.mu.Lock()
			delete(s.conns, conn)
			s.mu.Unlock()
			conn.Close()
			return
		}
	}
}

func (s *silent) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.conns)
}

func (s *silent) take() []*net.TCPConn {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []*net.TCPConn
	for conn := range s.conns {
		all = append(all, conn)
	}
	return all
}

// serveHangup: /control/hangup closes every connection to the silent port the polite way (FIN).
func (s *silent) serveHangup(w http.ResponseWriter, _ *http.Request) {
	all := s.take()
	for _, conn := range all {
		conn.Close()
	}
	service.Answer(w, map[string]interface{}{"closed": len(all)})
}

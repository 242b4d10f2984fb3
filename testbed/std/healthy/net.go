package healthy

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"demo/service"
)

// Shared is a client with a pool that many goroutines use at once; -variant slow|stream asks for slow answers or for
// downloads that take their time. -limit is the number of idle connections it may keep.
func Shared(o service.Options) (*service.Service, error) {
	if err := service.NeedPeer(o); err != nil {
		return nil, err
	}
	limit := o.Limit
	if limit == 0 {
		limit = 100
	}
	client := &http.Client{Timeout: time.Minute, Transport: &http.Transport{
		MaxIdleConns: limit, MaxIdleConnsPerHost: limit, IdleConnTimeout: o.Idle}}
	url := "http://" + o.Peer + "/"
	switch o.Variant {
	case "", "fast":
	case "slow":
		url += "slow?ms=300"
	case "stream":
		url += "stream?ms=100&bytes=1000000"
	default:
		return nil, fmt.Errorf("-variant must be fast, slow or stream, found %q", o.Variant)
	}
	var inflight int64
	fetch := func() error {
		atomic.AddInt64(&inflight, 1)
		defer atomic.AddInt64(&inflight, -1)
		response, err := client.Get(url)
		if err != nil {
			return err
		}
		defer response.Body.Close()
		_, err = io.Copy(io.Discard, response.Body)
		return err
	}
	call := fetch
	if o.Variant == "stream" {
		call = func() error { go download(fetch); return nil }
	}
	return &service.Service{Call: call, Truth: func() map[string]interface{} {
		return map[string]interface{}{"inflight": atomic.LoadInt64(&inflight)}
	}}, nil
}

func download(fetch func() error) { _ = fetch() }

// LongPoll is a server whose clients wait for news, up to a minute.
func LongPoll(o service.Options) (*service.Service, error) {
	listener, err := net.Listen("tcp", o.Front)
	if err != nil {
		return nil, err
	}
	var waiting int64
	mux := http.NewServeMux()
	mux.HandleFunc("/poll", func(w http.ResponseWriter, r *http.Request) {
		atomic.AddInt64(&waiting, 1)
		defer atomic.AddInt64(&waiting, -1)
		awaitNews(w, r)
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "ok") })
	server := &http.Server{Handler: mux, IdleTimeout: o.Idle, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(listener) }()
	return &service.Service{
		Ready: map[string]interface{}{"front": listener.Addr().String()},
		Truth: func() map[string]interface{} { return map[string]interface{}{"waiting": atomic.LoadInt64(&waiting)} },
	}, nil
}

func awaitNews(w http.ResponseWriter, r *http.Request) {
	timer := time.NewTimer(time.Minute)
	defer timer.Stop()
	select {
	case <-timer.C:
		fmt.Fprint(w, "no news")
	case <-r.Context().Done():
	}
}

// Chat is like a websocket server: long connections, each read with a deadline that every message renews.
func Chat(o service.Options) (*service.Service, error) {
	listener, err := net.Listen("tcp", o.Front)
	if err != nil {
		return nil, err
	}
	var open int64
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			atomic.AddInt64(&open, 1)
			go chat(conn, o.Idle, &open)
		}
	}()
	return &service.Service{
		Ready: map[string]interface{}{"front": listener.Addr().String()},
		Truth: func() map[string]interface{} { return map[string]interface{}{"open": atomic.LoadInt64(&open)} },
	}, nil
}

func chat(conn net.Conn, idle time.Duration, open *int64) {
	defer atomic.AddInt64(open, -1)
	defer conn.Close()
	reader := bufio.NewReader(conn)
	for {
		_ = conn.SetReadDeadline(time.Now().Add(idle))
		line, err := reader.ReadString('\n')
		if err != nil {
			return
		}
		if _, err := io.WriteString(conn, line); err != nil {
			return
		}
	}
}

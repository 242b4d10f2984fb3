package peer

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"demo/service"
)

// clients are connections this side made to the service under test.
type clients struct {
	mu      sync.Mutex
	conns   []net.Conn
	dropped int64 // connections the service closed on us
}

func (c *clients) count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.conns)
}

// serveConnect: /control/connect?addr=host:port&n=200[&send=text] opens n connections, sends the text on each and keeps
// them open without another word.
func (c *clients) serveConnect(w http.ResponseWriter, r *http.Request) {
	c.open(w, r, r.URL.Query().Get("send"), false)
}

// serveRequest: /control/request?addr=host:port&n=200&path=/x[&wait=1] opens n connections and sends an HTTP request on each;
// with wait=1 it comes back when every answer's header and body have been read. The connections stay open.
func (c *clients) serveRequest(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	text := fmt.Sprintf("GET %s HTTP/1.1\r\nHost: %s\r\n\r\n", query.Get("path"), query.Get("addr"))
	c.open(w, r, text, query.Get("wait") == "1")
}

func (c *clients) open(w http.ResponseWriter, r *http.Request, send string, wait bool) {
	n, err := service.Number(r, "n", 1)
	if err != nil {
		service.Refuse(w, err)
		return
	}
	for i := 0; i < int(n); i++ {
		conn, err := net.DialTimeout("tcp", r.URL.Query().Get("addr"), 5*time.Second)
		if err != nil {
			service.Refuse(w, err)
			return
		}
		c.mu.Lock()
		c.conns = append(c.conns, conn)
		c.mu.Unlock()
		if _, err := io.WriteString(conn, send); err != nil {
			service.Refuse(w, err)
			return
		}
		reader := bufio.NewReaderSize(conn, 512)
		if wait {
			response, err := http.ReadResponse(reader, nil)
			if err == nil {
				_, err = io.Copy(io.Discard, response.Body)
				response.Body.Close()
			}
			if err != nil {
				service.Refuse(w, err)
				return
			}
		}
		go c.watch(reader)
	}
	service.Answer(w, map[string]interface{}{"connections": c.count()})
}

func (c *clients) watch(reader io.Reader) {
	if _, err := io.Copy(io.Discard, reader); err == nil {
		atomic.AddInt64(&c.dropped, 1)
	}
}

// serveDisconnect: /control/disconnect closes all of them.
func (c *clients) serveDisconnect(w http.ResponseWriter, _ *http.Request) {
	c.mu.Lock()
	conns := c.conns
	c.conns = nil
	c.mu.Unlock()
	for _, conn := range conns {
		conn.Close()
	}
	service.Answer(w, map[string]interface{}{"closed": len(conns)})
}

// Package wire talks TCP directly: clients and servers that trust the other side to speak, or to hang up.
package wire

import (
	"bufio"
	"net"
	"sync/atomic"
	"time"

	"demo/service"
)

// poller asks devices for their reading over a line protocol.
type poller struct {
	dialer  net.Dialer
	addr    string
	limit   time.Duration // 0: none, the fault
	waiting int64
}

func (p *poller) poll() {
	conn, err := p.dialer.Dial("tcp", p.addr)
	if err != nil {
		return
	}
	defer conn.Close()
	atomic.AddInt64(&p.waiting, 1)
	defer atomic.AddInt64(&p.waiting, -1)
	if p.limit > 0 {
		_ = conn.SetDeadline(time.Now().Add(p.limit))
	}
	_, _ = bufio.NewReader(conn).ReadString('\n') // LEAK read
}

func startPoller(o service.Options, limit time.Duration) (*service.Service, error) {
	p := &poller{dialer: net.Dialer{Timeout: 5 * time.Second, KeepAlive: o.KeepAlive}, addr: o.Peer, limit: limit}
	return &service.Service{
		Call: func() error { go p.poll(); return nil },
		Truth: func() map[string]interface{} {
			return map[string]interface{}{"leaked_objects": atomic.LoadInt64(&p.waiting)}
		},
	}, service.NeedPeer(o)
}

// Patient reads without a deadline.
func Patient(o service.Options) (*service.Service, error) { return startPoller(o, 0) }

// Deadlined reads with one.
func Deadlined(o service.Options) (*service.Service, error) {
	return startPoller(o, 500*time.Millisecond)
}

// collector keeps the connections it was told to forget: the peers hang up, and nobody reads the end of the stream.
type collector struct {
	dialer net.Dialer
	addr   string
	conns  chan net.Conn
	held   []net.Conn
	keep   bool
}

func (c *collector) collect() error {
	conn, err := c.dialer.Dial("tcp", c.addr) // LEAK closewait
	if err != nil {
		return err
	}
	if !c.keep {
		return conn.Close()
	}
	c.conns <- conn
	return nil
}

func (c *collector) store() {
	for conn := range c.conns {
		c.held = append(c.held, conn)
	}
}

func startCollector(o service.Options, keep bool) (*service.Service, error) {
	c := &collector{addr: o.Peer, conns: make(chan net.Conn, 64), keep: keep}
	go c.store()
	return &service.Service{Call: c.collect}, service.NeedPeer(o)
}

// Holding never closes; after the peer's hang-up the sockets stay in CLOSE_WAIT.
func Holding(o service.Options) (*service.Service, error) { return startCollector(o, true) }

// Closing closes.
func Closing(o service.Options) (*service.Service, error) { return startCollector(o, false) }

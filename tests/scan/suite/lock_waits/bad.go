// possible
// rules R175
package lockwaits

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"os/exec"
	"sync"
)

type ledger struct {
	mu    sync.Mutex
	rw    sync.RWMutex
	audit net.Conn
	out   chan int
	in    chan int
	web   *http.Client
}

func (l *ledger) export(buf []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	_, _ = l.audit.Read(buf) // want R175
}

func (l *ledger) send(v int) {
	l.mu.Lock()
	l.out <- v // want R175
	l.mu.Unlock()
}

func (l *ledger) receive() int {
	l.rw.RLock()
	defer l.rw.RUnlock()
	return <-l.in // want R175
}

func (l *ledger) request(r *http.Request) (*http.Response, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.web.Do(r) // want R175
}

func (l *ledger) run(name string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return exec.Command(name).Run() // want R175
}

func (l *ledger) group(wg *sync.WaitGroup) {
	l.rw.Lock()
	wg.Wait() // want R175
	l.rw.Unlock()
}

func (l *ledger) line() (string, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return bufio.NewReader(l.audit).ReadString('\n') // want R175
}

func (l *ledger) inBranch(ask bool, buf []byte) {
	l.mu.Lock()
	if ask {
		_, _ = l.audit.Read(buf) // want R175
	}
	l.mu.Unlock()
}

type registry struct {
	sync.Mutex
	known map[string]bool
}

func (r *registry) check(name, url string) error {
	r.Lock()
	defer r.Unlock()
	resp, err := http.Get(url) // want R175
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	r.known[name] = resp.StatusCode == http.StatusOK
	return nil
}

var (
	dialMu sync.Mutex
	peer   net.Conn
)

func connected(addr string) (net.Conn, error) {
	dialMu.Lock()
	defer dialMu.Unlock()
	if peer != nil {
		return peer, nil
	}
	conn, err := net.Dial("tcp", addr) // want R175
	if err != nil {
		return nil, err
	}
	peer = conn
	return peer, nil
}

func (l *ledger) header() ([]byte, error) {
	head := make([]byte, 8)
	l.mu.Lock()
	defer l.mu.Unlock()
	_, err := io.ReadFull(l.audit, head) // want R175
	return head, err
}

// Neither branch is sure to come.
func (l *ledger) either(v int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	select { // want R175
	case l.out <- v:
	case v = <-l.in:
	}
}

func (l *ledger) drain() (sum int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for v := range l.in { // want R175
		sum += v
	}
	return sum
}

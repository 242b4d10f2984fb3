// possible
// rules R175
package lockwaits

import (
	"bufio"
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

// rules R175 R176
// possible

package lockwaits

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"sync"
)

type tracker struct {
	mu     sync.Mutex
	conn   net.Conn
	client *http.Client
	seen   map[string]int
	events chan string
	subs   []chan string
}

// --- R175 ---

func (t *tracker) Lookup(key string) (n int, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if n, ok := t.seen[key]; ok {
		return n, nil
	}
	resp, err := t.client.Get("http://counter/" + key) // want R175
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	_, err = fmt.Fscan(resp.Body, &n)
	t.seen[key] = n
	return n, err
}

func (t *tracker) publish(e string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, s := range t.subs {
		s <- e // want R175
	}
}

func (t *tracker) roundTrip(line string) (string, error) {
	t.mu.Lock()
	if _, err := io.WriteString(t.conn, line); err != nil {
		t.mu.Unlock()
		return "", err
	}
	buf := make([]byte, 512)
	n, err := t.conn.Read(buf) // want R175
	t.mu.Unlock()
	return string(buf[:n]), err
}

func (t *tracker) reindex(paths []string) {
	var wg sync.WaitGroup
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, p := range paths {
		wg.Add(1)
		go func() {
			defer wg.Done()
			if err := exec.Command("index", p).Run(); err != nil {
				return
			}
			t.events <- p
		}()
	}
	wg.Wait() // want R175
}

// --- R176 ---

type account struct {
	mu    sync.Mutex
	cents int64
}

func (a *account) TransferTo(ctx context.Context, b *account, cents int64) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.cents < cents {
		return fmt.Errorf("%d are missing", cents-a.cents)
	}
	b.mu.Lock() // want R176
	defer b.mu.Unlock()
	a.cents -= cents
	b.cents += cents
	return nil
}

type tree struct {
	sync.RWMutex
	children []*tree
	name     string
}

func adopt(parent, child *tree) {
	parent.Lock()
	child.Lock() // want R176
	parent.children = append(parent.children, child)
	child.name = parent.name + "/" + child.name
	child.Unlock()
	parent.Unlock()
}

func equal(x, y *account) (same bool) {
	x.mu.Lock()
	y.mu.Lock() // want R176
	same = x.cents == y.cents
	y.mu.Unlock()
	x.mu.Unlock()
	return same
}

func (a *account) merge(from *account) {
	from.mu.Lock()
	defer from.mu.Unlock()
	if from.cents == 0 {
		return
	}
	func() {
		a.mu.Lock() // want R176
		defer a.mu.Unlock()
		a.cents += from.cents
		from.cents = 0
	}()
}

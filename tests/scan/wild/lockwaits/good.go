package lockwaits

import (
	"fmt"
	"net/http"
	"sync"
	"time"
	"unsafe"
)

// looks like R175
func (t *tracker) Count(key string) (n int, err error) {
	t.mu.Lock()
	n, ok := t.seen[key]
	t.mu.Unlock()
	if ok {
		return n, nil
	}
	resp, err := t.client.Get("http://counter/" + key)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	if _, err = fmt.Fscan(resp.Body, &n); err != nil {
		return 0, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.seen[key] = n
	return n, nil
}

// looks like R175
func (t *tracker) offer(e string) (dropped int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, s := range t.subs {
		select {
		case s <- e:
		default:
			dropped++
		}
	}
	return dropped
}

// looks like R175
func (t *tracker) bounded(buf []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := t.conn.SetReadDeadline(time.Now().Add(time.Second)); err != nil {
		return 0, err
	}
	return t.conn.Read(buf)
}

// What the goroutine does is not done with the lock held.
//
// looks like R175
func (t *tracker) background(req *http.Request) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.seen[req.URL.Path]++
	go func() {
		resp, err := t.client.Do(req)
		if err != nil {
			return
		}
		resp.Body.Close()
		t.events <- req.URL.Path
	}()
}

type ordered struct {
	id    int
	mu    sync.Mutex
	cents int64
}

// looks like R176
func (a *ordered) transfer(b *ordered, cents int64) {
	first, second := a, b
	if b.id < a.id {
		first, second = b, a
	}
	first.mu.Lock()
	defer first.mu.Unlock()
	second.mu.Lock()
	defer second.mu.Unlock()
	a.cents -= cents
	b.cents += cents
}

// looks like R176
func byAddress(a, b *ordered) int64 {
	if uintptr(unsafe.Pointer(a)) > uintptr(unsafe.Pointer(b)) {
		a, b = b, a
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	b.mu.Lock()
	defer b.mu.Unlock()
	return a.cents + b.cents
}

// One after the other, never both.
//
// looks like R176
func move(a, b *ordered, cents int64) {
	a.mu.Lock()
	a.cents -= cents
	a.mu.Unlock()
	b.mu.Lock()
	b.cents += cents
	b.mu.Unlock()
}

type bank struct {
	mu   sync.Mutex
	main ordered
}

// Locks of two kinds: the bank's is always taken first.
//
// looks like R176
func (k *bank) deposit(a *ordered, cents int64) {
	k.mu.Lock()
	defer k.mu.Unlock()
	a.mu.Lock()
	defer a.mu.Unlock()
	a.cents += cents
}

package locks

import (
	"fmt"
	"net/http"
	"sync"
	"time"
)

func (c *cache) lock() { c.mu.Lock() }

func (c *cache) unlock() { c.mu.Unlock() }

// looks like R172
func (c *cache) locked() (unlock func()) {
	c.mu.Lock()
	return c.mu.Unlock
}

// looks like R172
func (c *cache) Delete(key string) bool {
	defer c.locked()()
	if _, ok := c.entries[key]; !ok {
		return false
	}
	delete(c.entries, key)
	return true
}

// looks like R172
func (c *cache) lookup(key string) (v string, err error) {
	c.mu.RLock()
	if e, ok := c.entries[key]; ok {
		c.mu.RUnlock()
		return e.value, nil
	}
	c.mu.RUnlock()
	c.mu.Lock()
	defer c.mu.Unlock()
	if v, err = c.load(key); err != nil {
		return "", err
	}
	c.entries[key] = entry{value: v}
	return v, nil
}

// looks like R172
func (c *cache) show(w http.ResponseWriter, r *http.Request) {
	c.lock()
	defer c.unlock()
	e, ok := c.entries[r.URL.Path]
	if !ok {
		http.NotFound(w, r)
		return
	}
	fmt.Fprint(w, e.value)
}

// Held only where it was got.
//
// looks like R172
func (r *registry) tryAdd(name string) bool {
	if !r.TryLock() {
		return false
	}
	defer r.Unlock()
	r.names = append(r.names, name)
	return true
}

// looks like R172
func (r *registry) must(i int) string {
	r.Lock()
	if i >= len(r.names) {
		r.Unlock()
		panic("no such name")
	}
	name := r.names[i]
	r.Unlock()
	return name
}

type gate struct {
	mu   sync.Mutex
	cond *sync.Cond
	open bool
}

func newGate() *gate {
	g := &gate{}
	g.cond = sync.NewCond(&g.mu)
	return g
}

// looks like R173
func (g *gate) Wait() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for !g.open {
		g.cond.Wait()
	}
}

func (g *gate) set(open bool) {
	g.mu.Lock()
	g.open = open
	g.mu.Unlock()
	wake(g.cond)
}

func wake(c *sync.Cond) { c.Broadcast() }

// looks like R173
func allDone(tasks []func()) {
	var mu sync.Mutex
	cond := sync.NewCond(&mu)
	left := len(tasks)
	done := func() {
		mu.Lock()
		defer mu.Unlock()
		if left--; left == 0 {
			cond.Broadcast()
		}
	}
	for _, t := range tasks {
		go func() {
			defer done()
			t()
		}()
	}
	mu.Lock()
	for left > 0 {
		cond.Wait()
	}
	mu.Unlock()
}

type mailbox struct {
	cond     *sync.Cond
	messages []string
	closed   bool
}

func (m *mailbox) put(s string) {
	m.cond.L.Lock()
	m.messages = append(m.messages, s)
	m.cond.L.Unlock()
	m.cond.Signal()
}

// looks like R173
func (m *mailbox) take() (s string, ok bool) {
	m.cond.L.Lock()
	defer m.cond.L.Unlock()
	for len(m.messages) == 0 && !m.closed {
		m.cond.Wait()
	}
	if len(m.messages) == 0 {
		return "", false
	}
	s, m.messages = m.messages[0], m.messages[1:]
	return s, true
}

// A timer wakes it.
//
// looks like R173
func (m *mailbox) within(d time.Duration) bool {
	late := false
	t := time.AfterFunc(d, func() {
		m.cond.L.Lock()
		late = true
		m.cond.L.Unlock()
		m.cond.Broadcast()
	})
	defer t.Stop()
	m.cond.L.Lock()
	defer m.cond.L.Unlock()
	for len(m.messages) == 0 && !late {
		m.cond.Wait()
	}
	return !late
}

// rules R172 R173

package locks

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"
)

var errFull = errors.New("full")

type entry struct {
	value string
	until time.Time
}

type cache struct {
	mu      sync.RWMutex
	entries map[string]entry
	max     int
	load    func(string) (string, error)
}

// --- R172 ---

func (c *cache) Get(key string) (string, error) {
	c.mu.RLock() // want R172
	e, ok := c.entries[key]
	if ok && time.Now().Before(e.until) {
		return e.value, nil
	}
	c.mu.RUnlock()
	return c.load(key)
}

func (c *cache) Put(key, value string) (err error) {
	c.mu.Lock() // want R172
	switch _, known := c.entries[key]; {
	case known:
		return fmt.Errorf("%s is there", key)
	case len(c.entries) >= c.max:
		err = errFull
	default:
		c.entries[key] = entry{value: value}
	}
	c.mu.Unlock()
	return err
}

func (c *cache) handle(w http.ResponseWriter, r *http.Request) {
	c.lock() // want R172
	e, ok := c.entries[r.URL.Path]
	if !ok {
		http.NotFound(w, r)
		return
	}
	c.unlock()
	fmt.Fprint(w, e.value)
}

func (c *cache) refresh(keys []string) error {
	for _, k := range keys {
		c.mu.Lock() // want R172
		v, err := c.load(k)
		if err != nil {
			return err
		}
		c.entries[k] = entry{value: v}
		c.mu.Unlock()
	}
	return nil
}

type registry struct {
	sync.Mutex
	names []string
}

// The literal leaves with the lock, its caller knows nothing of it.
func (r *registry) each(ctx context.Context, visit func(string) error) (err error) {
	step := func(i int) error {
		r.Lock() // want R172
		if ctx.Err() != nil {
			return ctx.Err()
		}
		name := r.names[i]
		r.Unlock()
		return visit(name)
	}
	for i := range r.names {
		if err = step(i); err != nil {
			break
		}
	}
	return err
}

// --- R173 ---

type barrier struct {
	mu    sync.Mutex
	cond  *sync.Cond
	count int
	open  bool
}

func newBarrier() *barrier {
	b := new(barrier)
	b.cond = sync.NewCond(&b.mu)
	return b
}

// Count is lowered and nobody says so.
func (b *barrier) Arrive() {
	b.mu.Lock()
	b.count--
	b.open = b.count <= 0
	b.mu.Unlock()
}

func (b *barrier) Wait() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for !b.open {
		b.cond.Wait() // want R173
	}
}

type inbox struct {
	cond     sync.Cond
	messages []string
}

func (i *inbox) put(m string) {
	i.cond.L.Lock()
	defer i.cond.L.Unlock()
	i.messages = append(i.messages, m)
}

func (i *inbox) take() (m string) {
	i.cond.L.Lock()
	for len(i.messages) == 0 {
		i.cond.Wait() // want R173
	}
	m, i.messages = i.messages[0], i.messages[1:]
	i.cond.L.Unlock()
	return m
}

func onceDone(tasks []func()) {
	var mu sync.Mutex
	cond := sync.NewCond(&mu)
	left := len(tasks)
	for _, t := range tasks {
		go func() {
			t()
			mu.Lock()
			left--
			mu.Unlock()
		}()
	}
	mu.Lock()
	defer mu.Unlock()
	for left > 0 {
		cond.Wait() // want R173
	}
}

type limiter struct {
	mu             sync.Mutex
	free, returned *sync.Cond
	n              int
}

func newLimiter(n int) *limiter {
	l := &limiter{n: n}
	l.free, l.returned = sync.NewCond(&l.mu), sync.NewCond(&l.mu)
	return l
}

// It signals the other condition.
func (l *limiter) give() {
	l.mu.Lock()
	l.n++
	l.mu.Unlock()
	l.returned.Signal()
}

func (l *limiter) take() {
	l.mu.Lock()
	for l.n == 0 {
		l.free.Wait() // want R173
	}
	l.n--
	l.mu.Unlock()
}

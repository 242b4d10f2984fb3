package conds

import (
	"context"
	"sync"
	"time"
)

type signalled struct {
	mu   sync.Mutex
	cond *sync.Cond
	n    int
}

// looks like R173
func (s *signalled) wait() {
	s.mu.Lock()
	for s.n == 0 {
		s.cond.Wait()
	}
	s.mu.Unlock()
}

func (s *signalled) add() {
	s.mu.Lock()
	s.n++
	s.mu.Unlock()
	s.cond.Signal()
}

type broadcast struct {
	cond sync.Cond
	done bool
}

// looks like R173
func (b *broadcast) wait() {
	b.cond.L.Lock()
	for !b.done {
		b.cond.Wait()
	}
	b.cond.L.Unlock()
}

func (b *broadcast) finish() { defer b.cond.Broadcast(); b.done = true }

type shared struct{ cond *sync.Cond }

// looks like R173
func (s *shared) wait()            { s.cond.L.Lock(); s.cond.Wait(); s.cond.L.Unlock() }
func (s *shared) give(to chan any) { to <- s.cond }

type Exported struct{ Ready *sync.Cond }

// looks like R173
func (e *Exported) wait() { e.Ready.L.Lock(); e.Ready.Wait(); e.Ready.L.Unlock() }

type group struct{ wg sync.WaitGroup }

// looks like R173
func (g *group) wait() { g.wg.Wait() }

// looks like R173
func local(work func()) {
	var mu sync.Mutex
	cond := sync.NewCond(&mu)
	done := false
	go func() {
		work()
		mu.Lock()
		done = true
		mu.Unlock()
		cond.Broadcast()
	}()
	mu.Lock()
	for !done {
		cond.Wait()
	}
	mu.Unlock()
}

type timed struct {
	mu   sync.Mutex
	cond *sync.Cond
	n    int
}

// By a method value that a timer calls.
// looks like R173
func (t *timed) upTo(limit time.Duration) bool {
	timer := time.AfterFunc(limit, t.cond.Broadcast)
	defer timer.Stop()
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.n == 0 {
		t.cond.Wait()
	}
	return t.n > 0
}

type cancelled struct {
	mu   sync.Mutex
	wake *sync.Cond
	n    int
}

// looks like R173
func (c *cancelled) wait(ctx context.Context) error {
	stop := context.AfterFunc(ctx, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.wake.Broadcast()
	})
	defer stop()
	c.mu.Lock()
	defer c.mu.Unlock()
	for c.n == 0 && ctx.Err() == nil {
		c.wake.Wait()
	}
	return ctx.Err()
}

type aliased struct {
	mu   sync.Mutex
	cond *sync.Cond
	n    int
}

// looks like R173
func (a *aliased) wait() {
	a.mu.Lock()
	for a.n == 0 {
		a.cond.Wait()
	}
	a.mu.Unlock()
}

func (a *aliased) add() {
	cond := a.cond
	cond.L.Lock()
	a.n++
	cond.L.Unlock()
	cond.Signal()
}

func wake(c *sync.Cond) { c.Broadcast() }

type helped struct {
	mu   sync.Mutex
	cond sync.Cond
	open bool
}

// looks like R173
func (h *helped) wait() {
	h.mu.Lock()
	for !h.open {
		h.cond.Wait()
	}
	h.mu.Unlock()
}

func (h *helped) release() {
	h.mu.Lock()
	h.open = true
	h.mu.Unlock()
	wake(&h.cond)
}

type lot[T any] struct {
	mu    sync.Mutex
	ready *sync.Cond
	items []T
}

// looks like R173
func (l *lot[T]) take() T {
	l.mu.Lock()
	defer l.mu.Unlock()
	for len(l.items) == 0 {
		l.ready.Wait()
	}
	v := l.items[0]
	l.items = l.items[1:]
	return v
}

func (l *lot[T]) put(v T) {
	l.mu.Lock()
	l.items = append(l.items, v)
	l.mu.Unlock()
	l.ready.Signal()
}

type latch struct {
	mu sync.Mutex
	*sync.Cond
	open bool
}

// looks like R173
func (l *latch) pass() {
	l.mu.Lock()
	for !l.open {
		l.Wait()
	}
	l.mu.Unlock()
}

func (l *latch) release() {
	l.mu.Lock()
	l.open = true
	l.Broadcast()
	l.mu.Unlock()
}

var (
	cacheMu    sync.Mutex
	cacheReady = sync.NewCond(&cacheMu)
	cache      map[string]string
)

// looks like R173
func cached(key string) string {
	cacheMu.Lock()
	defer cacheMu.Unlock()
	for cache == nil {
		cacheReady.Wait()
	}
	return cache[key]
}

func fill(with map[string]string) {
	cacheMu.Lock()
	cache = with
	cacheMu.Unlock()
	cacheReady.Broadcast()
}

type wicket struct {
	open bool
	cond *sync.Cond
}

// looks like R173
func (g *wicket) wait() {
	c := g.cond
	c.L.Lock()
	for !g.open {
		c.Wait()
	}
	c.L.Unlock()
}

func (g *wicket) swing() {
	g.cond.L.Lock()
	g.open = true
	g.cond.L.Unlock()
	g.cond.Broadcast()
}

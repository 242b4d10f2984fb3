// rules R173
package conds

import "sync"

type queue struct {
	mu    sync.Mutex
	ready *sync.Cond
	items []int
}

func newQueue() *queue {
	q := &queue{}
	q.ready = sync.NewCond(&q.mu)
	return q
}

func (q *queue) pop() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.items) == 0 {
		q.ready.Wait() // want R173
	}
	item := q.items[0]
	q.items = q.items[1:]
	return item
}

func (q *queue) empty() {
	q.mu.Lock()
	for len(q.items) > 0 {
		q.ready.Wait() // want R173
	}
	q.mu.Unlock()
}

type gate struct {
	open bool
	cond sync.Cond
}

func (g *gate) pass() {
	g.cond.L.Lock()
	for !g.open {
		g.cond.Wait() // want R173
	}
	g.cond.L.Unlock()
}

// Two conditions, and only one of them is signalled.
type bounded struct {
	mu       sync.Mutex
	notEmpty *sync.Cond
	notFull  *sync.Cond
	items    []int
	limit    int
}

func newBounded(limit int) *bounded {
	b := &bounded{limit: limit}
	b.notEmpty, b.notFull = sync.NewCond(&b.mu), sync.NewCond(&b.mu)
	return b
}

func (b *bounded) put(v int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for len(b.items) == b.limit {
		b.notFull.Wait() // want R173
	}
	b.items = append(b.items, v)
	b.notEmpty.Signal()
}

func (b *bounded) take() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	for len(b.items) == 0 {
		b.notEmpty.Wait()
	}
	v := b.items[0]
	b.items = b.items[1:]
	return v
}

// In a variable of the function.
func untilDone(work func()) {
	var mu sync.Mutex
	cond := sync.NewCond(&mu)
	done := false
	go func() {
		work()
		mu.Lock()
		done = true
		mu.Unlock()
	}()
	mu.Lock()
	for !done {
		cond.Wait() // want R173
	}
	mu.Unlock()
}

type stack[T any] struct {
	mu    sync.Mutex
	ready *sync.Cond
	items []T
}

func (s *stack[T]) pop() T {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.items) == 0 {
		s.ready.Wait() // want R173
	}
	top := s.items[len(s.items)-1]
	s.items = s.items[:len(s.items)-1]
	return top
}

var (
	configMu    sync.Mutex
	configReady = sync.NewCond(&configMu)
	config      map[string]string
)

func setting(key string) string {
	configMu.Lock()
	defer configMu.Unlock()
	for config == nil {
		configReady.Wait() // want R173
	}
	return config[key]
}

type state struct {
	changed *sync.Cond
	version int
}

type server struct {
	mu    sync.Mutex
	state state
}

func (s *server) after(version int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.state.version <= version {
		s.state.changed.Wait() // want R173
	}
}

func (s *server) set() {
	s.mu.Lock()
	s.state.version++
	s.mu.Unlock()
}

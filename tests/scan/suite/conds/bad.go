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

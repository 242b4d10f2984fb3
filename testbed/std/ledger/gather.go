package ledger

import (
	"sync"
	"sync/atomic"

	"demo/service"
)

// sumUp waits for three parts, one of which returns early and forgets to say so.
func sumUp(waiting *int64, failing bool) {
	atomic.AddInt64(waiting, 1)
	defer atomic.AddInt64(waiting, -1)
	var parts sync.WaitGroup
	for i := 0; i < 3; i++ {
		parts.Add(1)
		go part(&parts, failing && i == 1)
	}
	parts.Wait() // LEAK waitgroup
}

func part(parts *sync.WaitGroup, failing bool) {
	if failing { // the fault: no Done on this path
		return // LEAK waitgroup-part
	}
	parts.Done()
}

func gather(failing bool) (*service.Service, error) {
	var waiting int64
	return &service.Service{
		Call: func() error { go sumUp(&waiting, failing); return nil },
		Truth: func() map[string]interface{} {
			return map[string]interface{}{"leaked_objects": atomic.LoadInt64(&waiting)}
		},
	}, nil
}

// Stuck forgets one Done.
func Stuck(service.Options) (*service.Service, error) { return gather(true) }

// Gathered does not.
func Gathered(service.Options) (*service.Service, error) { return gather(false) }

// queue wakes its readers with Signal only; nobody signals after the producer has gone.
type queue struct {
	mu    sync.Mutex
	ready *sync.Cond
	items []int
}

func (q *queue) pop(waiting *int64) int {
	atomic.AddInt64(waiting, 1)
	defer atomic.AddInt64(waiting, -1)
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.items) == 0 {
		q.ready.Wait() // LEAK cond
	}
	item := q.items[0]
	q.items = q.items[1:]
	return item
}

// Unsignalled leaves a reader on an empty queue for each call.
func Unsignalled(service.Options) (*service.Service, error) {
	var waiting int64
	q := &queue{}
	q.ready = sync.NewCond(&q.mu)
	return &service.Service{
		Call: func() error { go q.pop(&waiting); return nil },
		Truth: func() map[string]interface{} {
			return map[string]interface{}{"leaked_objects": atomic.LoadInt64(&waiting)}
		},
	}, nil
}

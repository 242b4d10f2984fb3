package fields

import (
	"context"
	"sync"
)

type queue struct {
	jobs  chan func()
	ready chan struct{}
	once  sync.Once
}

func newQueue() *queue {
	return &queue{jobs: make(chan func()), ready: make(chan struct{})}
}

// looks like R166
func (q *queue) work() {
	for job := range q.jobs {
		job()
	}
}

func (q *queue) shutdown() { close(q.jobs) }

func (q *queue) Close() { q.once.Do(q.shutdown) }

// looks like R177
func (q *queue) whenReady(f func()) {
	go func() {
		<-q.ready
		f()
	}()
}

func (q *queue) markReady() { close(q.ready) }

type roomy struct {
	key   string
	reply chan string
}

type keeper struct {
	inbox chan roomy
	data  map[string]string
}

func newKeeper() *keeper {
	return &keeper{inbox: make(chan roomy), data: map[string]string{}}
}

// looks like R162
func (k *keeper) loop(ctx context.Context) {
	for {
		select {
		case r := <-k.inbox:
			r.reply <- k.data[r.key]
		case <-ctx.Done():
			return
		}
	}
}

func (k *keeper) Ask(ctx context.Context, key string) (string, error) {
	r := roomy{key: key, reply: make(chan string, 1)}
	select {
	case k.inbox <- r:
	case <-ctx.Done():
		return "", ctx.Err()
	}
	select {
	case v := <-r.reply:
		return v, nil
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

type lateMaker struct{ updates chan string }

// looks like R169
func (l *lateMaker) subscribe() <-chan string {
	l.updates = make(chan string, 1)
	return l.updates
}

// looks like R169
func (l *lateMaker) publish(s string) { l.updates <- s }

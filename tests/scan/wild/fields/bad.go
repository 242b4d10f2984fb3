// rules R162 R166 R177 R169
// possible

package fields

import (
	"context"
	"errors"
	"time"
)

// --- R166: a pool that is made for each import and never closed ---

type pool struct {
	jobs chan func()
	size int
}

func newPool(size int) *pool {
	p := &pool{jobs: make(chan func()), size: size}
	for i := 0; i < size; i++ {
		go p.work()
	}
	return p
}

func (p *pool) work() {
	for job := range p.jobs { // want R166
		job()
	}
}

func (p *pool) Submit(job func()) { p.jobs <- job }

func importAll(files []string, load func(string)) {
	p := newPool(4)
	for _, f := range files {
		p.Submit(func() { load(f) })
	}
}

// --- R162: the reply has no room, and the asker leaves ---

type request struct {
	key   string
	reply chan string
}

type actor struct {
	inbox chan request
	data  map[string]string
}

func newActor() *actor {
	a := &actor{inbox: make(chan request, 8), data: map[string]string{}}
	go a.loop()
	return a
}

func (a *actor) loop() {
	for r := range a.inbox {
		r.reply <- a.data[r.key] // want R162
	}
}

func (a *actor) Close() { close(a.inbox) }

func (a *actor) Ask(ctx context.Context, key string) (string, error) {
	r := request{key: key, reply: make(chan string)}
	a.inbox <- r
	select {
	case v := <-r.reply:
		return v, nil
	case <-ctx.Done():
		return "", ctx.Err()
	case <-time.After(time.Second):
		return "", errors.New("slow actor")
	}
}

// --- R169: the constructor forgets to make it ---

type broadcaster struct {
	in      chan string
	closing chan chan error
}

func newBroadcaster() *broadcaster { return &broadcaster{in: make(chan string)} }

func (b *broadcaster) Close() error {
	done := make(chan error, 1)
	b.closing <- done // want R169
	return <-done
}

// --- R177: nobody ever says that it is ready ---

type cacheLoader struct{ ready chan struct{} }

func newCacheLoader() *cacheLoader { return &cacheLoader{ready: make(chan struct{})} }

func (c *cacheLoader) onReady(f func()) {
	go func() {
		<-c.ready // want R177
		f()
	}()
}

// Package session keeps something alive for each user who logs in. The leaky forms never end it when they log out.
package session

import (
	"context"
	"sync/atomic"
	"time"

	"demo/service"
)

type book struct{ alive int64 }

func (b *book) serve(call func(*book)) (*service.Service, error) {
	return &service.Service{
		Call: func() error { call(b); return nil },
		Truth: func() map[string]interface{} {
			return map[string]interface{}{"leaked_objects": atomic.LoadInt64(&b.alive)}
		},
	}, nil
}

func (b *book) watch(ctx context.Context) {
	atomic.AddInt64(&b.alive, 1)
	defer atomic.AddInt64(&b.alive, -1)
	<-ctx.Done() // LEAK context
}

func openUncancelled(b *book) {
	ctx, cancel := context.WithCancel(context.Background()) // LEAK uncancelled
	_ = cancel                                              // the fault: nobody calls it
	go b.watch(ctx)                                         // LEAK context-creator
}

func openCancelled(b *book) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go b.watch(ctx)
}

// Uncancelled leaks a watcher for each call.
func Uncancelled(service.Options) (*service.Service, error) { return new(book).serve(openUncancelled) }

// Cancelled ends its watchers.
func Cancelled(service.Options) (*service.Service, error) { return new(book).serve(openCancelled) }

// heartbeat is a Start that has a Stop, which the leaky form never calls.
type heartbeat struct {
	stop chan struct{}
	beat int64
}

func startHeartbeat(b *book) *heartbeat {
	h := &heartbeat{stop: make(chan struct{})}
	atomic.AddInt64(&b.alive, 1)
	go h.loop(b) // LEAK ticker-creator
	return h
}

func (h *heartbeat) loop(b *book) {
	defer atomic.AddInt64(&b.alive, -1)
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for {
		select { // LEAK ticker
		case <-ticker.C:
			h.beat++
		case <-h.stop:
			return
		}
	}
}

// Unstopped starts a heartbeat for each session and never stops it.
func Unstopped(service.Options) (*service.Service, error) {
	return new(book).serve(func(b *book) { startHeartbeat(b) }) // LEAK unstopped
}

// Stopped stops it.
func Stopped(service.Options) (*service.Service, error) {
	return new(book).serve(func(b *book) { close(startHeartbeat(b).stop) })
}

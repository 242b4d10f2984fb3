package cancel

import (
	"context"
	"sync"
	"time"
)

func deferred(parent context.Context) error {
	ctx, cancel := context.WithTimeout(parent, time.Second)
	defer cancel()
	return work(ctx)
}

func handedOut(parent context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(parent)
	return ctx, cancel
}

func direct(parent context.Context) (context.Context, context.CancelFunc) {
	return context.WithCancel(parent)
}

type server struct {
	cancel context.CancelFunc
	wg     sync.WaitGroup
}

func (s *server) start(parent context.Context) {
	ctx, cancel := context.WithCancel(parent)
	s.cancel = cancel
	go work(ctx)
}

func (s *server) startDirect(parent context.Context) {
	var ctx context.Context
	ctx, s.cancel = context.WithCancel(parent)
	go work(ctx)
}

func inGoroutine(parent context.Context) {
	ctx, cancel := context.WithCancel(parent)
	go func() {
		defer cancel()
		work(ctx)
	}()
}

func afterFunc(parent context.Context) context.Context {
	ctx, cancel := context.WithCancel(parent)
	time.AfterFunc(time.Second, cancel)
	return ctx
}

func inMap(parent context.Context, all map[int]context.CancelFunc) context.Context {
	ctx, cancel := context.WithCancel(parent)
	all[1] = cancel
	return ctx
}

func everyPath(parent context.Context, ok bool) error {
	ctx, cancel := context.WithCancel(parent)
	if !ok {
		cancel()
		return nil
	}
	err := work(ctx)
	cancel()
	return err
}

func passedOn(parent context.Context, run func(context.Context, func())) {
	ctx, cancel := context.WithCancel(parent)
	run(ctx, cancel)
}

func roundByRound(parent context.Context, n int) (err error) {
	for i := 0; i < n && err == nil; i++ {
		func() {
			ctx, cancel := context.WithTimeout(parent, time.Second)
			defer cancel()
			err = work(ctx)
		}()
	}
	return err
}

func conditional(parent context.Context, limit time.Duration) error {
	ctx := parent
	if limit > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(parent, limit)
		defer cancel()
	}
	return work(ctx)
}

type bundle struct {
	ctx  context.Context
	stop func()
}

func newBundle() *bundle {
	ctx, cancel := context.WithCancel(context.Background())
	return &bundle{ctx: ctx, stop: cancel}
}

func cleanupList(parent context.Context) (context.Context, []func()) {
	var cleanups []func()
	ctx, cancel := context.WithCancel(parent)
	cleanups = append(cleanups, cancel)
	return ctx, cleanups
}

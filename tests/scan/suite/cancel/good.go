package cancel

import (
	"context"
	"sync"
	"time"
)

// looks like R153
func deferred(parent context.Context) error {
	ctx, cancel := context.WithTimeout(parent, time.Second)
	defer cancel()
	return work(ctx)
}

// looks like R153
func handedOut(parent context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(parent)
	return ctx, cancel
}

// looks like R153
func direct(parent context.Context) (context.Context, context.CancelFunc) {
	return context.WithCancel(parent)
}

type server struct {
	cancel context.CancelFunc
	wg     sync.WaitGroup
}

// looks like R153
func (s *server) start(parent context.Context) {
	ctx, cancel := context.WithCancel(parent)
	s.cancel = cancel
	go work(ctx)
}

// looks like R153
func (s *server) startDirect(parent context.Context) {
	var ctx context.Context
	ctx, s.cancel = context.WithCancel(parent)
	go work(ctx)
}

// looks like R153
func inGoroutine(parent context.Context) {
	ctx, cancel := context.WithCancel(parent)
	go func() {
		defer cancel()
		work(ctx)
	}()
}

// looks like R153
func afterFunc(parent context.Context) context.Context {
	ctx, cancel := context.WithCancel(parent)
	time.AfterFunc(time.Second, cancel)
	return ctx
}

// looks like R153
func inMap(parent context.Context, all map[int]context.CancelFunc) context.Context {
	ctx, cancel := context.WithCancel(parent)
	all[1] = cancel
	return ctx
}

// looks like R153
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

// looks like R153
func passedOn(parent context.Context, run func(context.Context, func())) {
	ctx, cancel := context.WithCancel(parent)
	run(ctx, cancel)
}

// looks like R153
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

// looks like R153
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

// looks like R153
func newBundle() *bundle {
	ctx, cancel := context.WithCancel(context.Background())
	return &bundle{ctx: ctx, stop: cancel}
}

// looks like R153
func cleanupList(parent context.Context) (context.Context, []func()) {
	var cleanups []func()
	ctx, cancel := context.WithCancel(parent)
	cleanups = append(cleanups, cancel)
	return ctx, cleanups
}

func watched(parent context.Context, dial func(context.Context) error) (context.Context, context.CancelFunc, error) {
	ctx, cancel := context.WithCancel(parent)
	if err := dial(ctx); err != nil {
		cancel()
		return nil, nil, err
	}
	return ctx, cancel, nil
}

// looks like R153
func tried(parent context.Context, dial func(context.Context) error) error {
	for {
		ctx, cancel, err := watched(parent, dial)
		if err != nil {
			time.Sleep(time.Second)
			continue
		}
		defer cancel()
		return work(ctx)
	}
}

// looks like R153
func childOfCancelled(parent context.Context) error {
	ctx, cancel := context.WithCancelCause(parent)
	ctx, _ = context.WithTimeout(ctx, time.Second)
	defer cancel(nil)
	return work(ctx)
}

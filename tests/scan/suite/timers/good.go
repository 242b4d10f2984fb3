package timers

import (
	"context"
	"os"
	"os/signal"
	"sync"
	"time"
)

// looks like R150
func forever(work func()) {
	for range time.Tick(time.Second) {
		work()
	}
}

// looks like R151
func once(in chan int) {
	select {
	case <-in:
	case <-time.After(time.Second):
	}
}

// looks like R151
func reset(in chan int) {
	t := time.NewTimer(time.Second)
	defer t.Stop()
	for {
		select {
		case <-in:
			t.Reset(time.Second)
		case <-t.C:
			return
		}
	}
}

// looks like R152
func stopped(stop chan struct{}) {
	t := time.NewTicker(time.Second)
	defer t.Stop()
	for {
		select {
		case <-t.C:
		case <-stop:
			return
		}
	}
}

// looks like R152
func never(work func()) {
	t := time.NewTicker(time.Second)
	for {
		<-t.C
		work()
	}
}

type poller struct{ t *time.Ticker }

// looks like R152
func newPoller() *poller { return &poller{t: time.NewTicker(time.Second)} }

func (p *poller) Stop() { p.t.Stop() }

// looks like R152
func inGoroutine(ctx context.Context) {
	t := time.NewTicker(time.Second)
	go func() {
		defer t.Stop()
		<-ctx.Done()
	}()
}

// looks like R152
func bounded(work func()) {
	for i := 0; i < 3; i++ {
		work()
		time.Sleep(time.Second)
	}
}

// looks like R155
func notifyAndStop() {
	c := make(chan os.Signal, 1)
	signal.Notify(c, os.Interrupt)
	defer signal.Stop(c)
	<-c
}

// looks like R187
func locked(mu *sync.Mutex, work func() bool) {
	for {
		mu.Lock()
		if !work() {
			defer mu.Unlock()
			return
		}
		mu.Unlock()
	}
}

// looks like R187
func inner(jobs chan func()) {
	for job := range jobs {
		func() {
			defer func() { recover() }()
			job()
		}()
	}
}

// Nothing but the timer is waited for round after round.
// looks like R151
func backoff(ctx context.Context, try func() error) error {
	for i := 1; ; i *= 2 {
		if try() == nil {
			return nil
		}
		select {
		case <-time.After(time.Duration(i) * time.Second):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// looks like R151
func sleeps(try func() bool) {
	for !try() {
		<-time.After(time.Second)
	}
}

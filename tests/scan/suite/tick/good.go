// go 1.20
// rules R150 R151 R152

package tick

import (
	"context"
	"sync"
	"time"
)

// The process's own pulse.
// looks like R150
func forever(f func()) {
	for range time.Tick(time.Second) {
		f()
	}
}

// looks like R150
func foreverSelect(in <-chan int, f func()) {
	t := time.Tick(time.Minute)
	for {
		select {
		case <-in:
		case <-t:
			f()
		}
	}
}

// looks like R150
func init() {
	t := time.Tick(time.Second)
	for i := 0; i < 3; i++ {
		<-t
	}
}

var pulse = time.Tick(time.Second)

// looks like R150
func fromPackage() { <-pulse }

type clock struct{}

func (clock) Tick(d time.Duration) <-chan time.Time { return nil }

// looks like R150
func otherTick(c clock) { <-c.Tick(time.Second) }

// looks like R150
func timer(d time.Duration) { <-time.After(d) }

// looks like R150
func tickerInstead(n int) {
	t := time.NewTicker(time.Second)
	defer t.Stop()
	for ; n > 0; n-- {
		<-t.C
	}
}

// It panics or goes on.
// looks like R150
func foreverChecked(f func() error) {
	for range time.Tick(time.Second) {
		if err := f(); err != nil {
			panic(err)
		}
	}
}

// --- R151 ---

// looks like R151
func onceAfter(in <-chan int) bool {
	select {
	case <-in:
		return true
	case <-time.After(time.Second):
		return false
	}
}

// Every other case leaves.
// looks like R151
func backoff(ctx context.Context, try func() error) error {
	for {
		if try() == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Second):
		}
	}
}

// looks like R151
func sleepLike(try func() bool) {
	for !try() {
		<-time.After(time.Second)
	}
}

// One for all rounds.
// looks like R151
func overall(in <-chan int) (sum int) {
	late := time.After(time.Minute)
	for {
		select {
		case v := <-in:
			sum += v
		case <-late:
			return sum
		}
	}
}

// looks like R151
func oneTimer(in <-chan int, f func()) {
	t := time.NewTimer(time.Minute)
	defer t.Stop()
	for {
		select {
		case _, ok := <-in:
			if !ok {
				return
			}
		case <-t.C:
			f()
		}
		t.Reset(time.Minute)
	}
}

// looks like R151
func stopped(stop <-chan struct{}, f func()) {
	for {
		f()
		select {
		case <-stop:
			return
		case <-time.After(time.Second):
		}
	}
}

// looks like R151
func (clock) After(time.Duration) <-chan time.Time { return nil }

// looks like R151
func fake(c clock, in <-chan int) {
	for {
		select {
		case <-in:
		case <-c.After(time.Second):
		}
	}
}

// looks like R151
func outOfLoop(in <-chan int) (v int) {
	for i := 0; i < 10; i++ {
		v += i
	}
	select {
	case v = <-in:
	case <-time.After(time.Second):
	}
	return v
}

// --- R152 ---

// looks like R152
func deferredStop(ctx context.Context, f func()) {
	t := time.NewTicker(time.Second)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
			f()
		}
	}
}

// looks like R152
func endless(f func()) {
	t := time.NewTicker(time.Second)
	for range t.C {
		f()
	}
}

type worker struct {
	t    *time.Ticker
	once sync.Once
}

// looks like R152
func newWorker() *worker { return &worker{t: time.NewTicker(time.Second)} }

func (w *worker) Stop() { w.once.Do(w.t.Stop) }

// looks like R152
func stoppedInGoroutine(ctx context.Context, f func()) {
	t := time.NewTicker(time.Second)
	go func() {
		defer t.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-t.C:
				f()
			}
		}
	}()
}

// looks like R152
func withStop(d time.Duration) (<-chan time.Time, func()) {
	t := time.NewTicker(d)
	return t.C, t.Stop
}

// looks like R152
func bothPaths(ready func() bool) bool {
	t := time.NewTicker(time.Millisecond)
	for i := 0; i < 10; i++ {
		<-t.C
		if ready() {
			t.Stop()
			return true
		}
	}
	t.Stop()
	return false
}

func halt(t *time.Ticker) { t.Stop() }

// looks like R152
func byHelper(n int) {
	t := time.NewTicker(time.Millisecond)
	defer halt(t)
	for ; n > 0; n-- {
		<-t.C
	}
}

// looks like R152
func deferredLiteral(n int) {
	t := time.NewTicker(time.Millisecond)
	defer func() {
		t.Stop()
	}()
	for ; n > 0; n-- {
		<-t.C
	}
}

// One round at most.
// looks like R151
func checkedOnce(ready <-chan bool, started <-chan struct{}, wait time.Duration) bool {
	for {
		if <-ready {
			select {
			case <-started:
			case <-time.After(wait):
				return false
			}
			return true
		}
		time.Sleep(wait)
	}
}

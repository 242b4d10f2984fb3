// go 1.20

package timers

import (
	"context"
	"errors"
	"net"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"
)

// looks like R150
func main() {
	for range time.Tick(time.Minute) {
		println("alive")
	}
}

// It never returns.
//
// looks like R150
func (p *poller) rotate(swap func()) {
	tick := time.Tick(24 * time.Hour)
	for {
		swap()
		<-tick
	}
}

type metronome struct{ beats int }

func (m *metronome) Tick(d time.Duration) <-chan time.Time { m.beats++; return nil }

// looks like R150
func play(time *metronome) {
	if c := time.Tick(1); c != nil {
		<-c
	}
}

var beat = time.Tick(time.Second)

// looks like R150
func onBeat(ctx context.Context, f func()) {
	select {
	case <-beat:
		f()
	case <-ctx.Done():
	}
}

// looks like R151
func (p *poller) drain(events <-chan string, handle func(string)) {
	t := time.NewTimer(p.every)
	defer t.Stop()
	for {
		select {
		case e := <-events:
			handle(e)
			if !t.Stop() {
				<-t.C
			}
			t.Reset(p.every)
		case <-t.C:
			return
		}
	}
}

// looks like R151
func within(limit time.Duration, in <-chan int) (sum int) {
	deadline := time.After(limit)
	for {
		select {
		case v := <-in:
			sum += v
		case <-deadline:
			return sum
		}
	}
}

// Each round waits for the timer to its end.
//
// looks like R151
func pace(every time.Duration, work []func()) {
	for _, w := range work {
		w()
		<-time.After(every)
	}
}

// The method After of a time is no timer.
//
// looks like R151
func expireAll(keys []string, expire func(string)) *sync.WaitGroup {
	var wg sync.WaitGroup
	late := time.Now().Add(time.Second)
	for _, k := range keys {
		if time.Now().After(late) {
			break
		}
		expire(k)
	}
	return &wg
}

// looks like R152
func (p *poller) loop(ctx context.Context) {
	t := time.NewTicker(p.every)
	defer func() { t.Stop() }()
	for {
		select {
		case <-ctx.Done():
			return
		case p.last = <-t.C:
		}
	}
}

type sweeper struct {
	ticker *time.Ticker
	quit   chan struct{}
}

func (s *sweeper) Close() {
	s.ticker.Stop()
	close(s.quit)
}

// looks like R152
func newSweeper(every time.Duration, sweep func()) *sweeper {
	s := &sweeper{ticker: time.NewTicker(every), quit: make(chan struct{})}
	go func() {
		for {
			select {
			case <-s.quit:
				return
			case <-s.ticker.C:
				sweep()
			}
		}
	}()
	return s
}

// looks like R152
func every(d time.Duration) (c <-chan time.Time, stop func()) {
	t := clock(d)
	return t.C, t.Stop
}

// looks like R152
func (p *poller) whileBusy(busy func() bool) error {
	t := time.NewTicker(p.every)
	stop := t.Stop
	defer stop()
	for range t.C {
		if !busy() {
			return nil
		}
		if err := p.fetch(context.Background()); err != nil {
			return err
		}
	}
	return nil
}

// looks like R155
func (p *poller) waitSignal(ctx context.Context) (os.Signal, error) {
	c := make(chan os.Signal, 1)
	signal.Notify(c, os.Interrupt, syscall.SIGTERM)
	defer signal.Stop(c)
	select {
	case s := <-c:
		return s, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// looks like R155
func reloader(reload func()) (stop func()) {
	c := make(chan os.Signal, 1)
	signal.Notify(c, syscall.SIGHUP)
	quit := make(chan struct{})
	go func() {
		for {
			select {
			case <-c:
				reload()
			case <-quit:
				return
			}
		}
	}()
	return func() {
		signal.Stop(c)
		close(quit)
	}
}

// looks like R155
func (p *poller) notified(ctx context.Context) error {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt)
	defer stop()
	return p.fetch(ctx)
}

// looks like R155
func init() {
	usr := make(chan os.Signal, 1)
	signal.Notify(usr, syscall.SIGUSR2)
	go func() {
		for range usr {
			println("still here")
		}
	}()
}

// looks like R187
func (p *poller) serve(l net.Listener) error {
	for {
		c, err := l.Accept()
		if err != nil {
			return err
		}
		go func() {
			defer c.Close()
			c.Write([]byte("hello"))
		}()
	}
}

// looks like R187
func (p *poller) step() {
	for {
		func() {
			p.mu.Lock()
			defer p.mu.Unlock()
			p.last = time.Now()
		}()
		time.Sleep(p.every)
	}
}

// It leaves in the round that defers.
//
// looks like R187
func (p *poller) acquire(try func() (func(), error)) error {
	for {
		release, err := try()
		if errors.Is(err, syscall.EAGAIN) {
			time.Sleep(p.every)
			continue
		}
		if err != nil {
			return err
		}
		defer release()
		return p.fetch(context.Background())
	}
}

// looks like R187
func (p *poller) once(jobs <-chan func()) {
	defer p.mu.Unlock()
	p.mu.Lock()
	for {
		j, ok := <-jobs
		if !ok {
			break
		}
		j()
	}
}

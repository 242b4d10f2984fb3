// go 1.20
// rules R150 R151 R152 R155 R187

package timers

import (
	"context"
	"errors"
	"net"
	"net/http"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"
)

type poller struct {
	every time.Duration
	mu    sync.Mutex
	last  time.Time
	fetch func(context.Context) error
}

// --- R150 ---

func (p *poller) Run(ctx context.Context) error {
	ticks := time.Tick(p.every) // want R150
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-ticks:
			if err := p.fetch(ctx); err != nil {
				return err
			}
		}
	}
}

func handleEvents(w http.ResponseWriter, r *http.Request) {
	flusher, ok := w.(http.Flusher)
	if !ok {
		return
	}
	for now := range time.Tick(time.Second) { // want R150
		if r.Context().Err() != nil {
			return
		}
		w.Write([]byte(now.String()))
		flusher.Flush()
	}
}

func waitFor(ready func() bool, limit time.Duration) bool {
	deadline := time.After(limit)
	for tick := time.Tick(100 * time.Millisecond); ; { // want R150
		select {
		case <-tick:
			if ready() {
				return true
			}
		case <-deadline:
			return false
		}
	}
}

func (p *poller) spawn(done <-chan struct{}) {
	go func() {
		tick := time.Tick(p.every) // want R150
	loop:
		for {
			select {
			case <-done:
				break loop
			case p.last = <-tick:
			}
		}
	}()
}

// --- R151 ---

func (p *poller) consume(events <-chan string, handle func(string), idle func()) {
	for {
		select {
		case e, ok := <-events:
			if !ok {
				return
			}
			handle(e)
		case <-time.After(5 * time.Minute): // want R151
			idle()
		}
	}
}

func batch(in <-chan int, flush func([]int)) {
	var buf []int
	for v := range in {
		buf = append(buf, v)
		select {
		case more := <-in:
			buf = append(buf, more)
		case <-time.After(time.Minute): // want R151
		}
		flush(buf)
		buf = buf[:0]
	}
}

func (p *poller) forward(ctx context.Context, in <-chan []byte, conn net.Conn) error {
	for {
		timeout := time.After(p.every) // want R151
		select {
		case <-ctx.Done():
			return ctx.Err()
		case msg := <-in:
			if _, err := conn.Write(msg); err != nil {
				return err
			}
		case <-timeout:
			return errors.New("idle")
		}
	}
}

func offerAll(items []int, out chan<- int, dropped func(int)) {
	for i := 0; i < len(items); i++ {
		select {
		case out <- items[i]:
		case <-time.After(time.Hour): // want R151
			dropped(items[i])
		}
	}
}

// --- R152 ---

func (p *poller) handleProgress(w http.ResponseWriter, r *http.Request) {
	t := time.NewTicker(time.Second) // want R152
	for {
		select {
		case <-r.Context().Done():
			return
		case at := <-t.C:
			if _, err := w.Write([]byte(at.String())); err != nil {
				return
			}
		}
	}
}

func (p *poller) until(ctx context.Context, ready func() (bool, error)) (err error) {
	ticker := time.NewTicker(p.every) // want R152
	for {
		ok, err := ready()
		if err != nil {
			return err
		}
		if ok {
			ticker.Stop()
			return nil
		}
		select {
		case <-ctx.Done():
			ticker.Stop()
			return ctx.Err()
		case <-ticker.C:
		}
	}
}

func heartbeat(conn net.Conn, every time.Duration) {
	go func() {
		for range time.NewTicker(every).C { // want R152
			if _, err := conn.Write([]byte{0}); err != nil {
				return
			}
		}
	}()
}

func clock(every time.Duration) *time.Ticker { return time.NewTicker(every) }

func (p *poller) rounds(n int) error {
	t := clock(p.every) // want R152
	for i := 0; i < n; i++ {
		<-t.C
		if err := p.fetch(context.Background()); err != nil {
			return err
		}
	}
	return nil
}

// --- R155 ---

func (p *poller) handleDump(w http.ResponseWriter, r *http.Request) {
	sigs := make(chan os.Signal, 1)
	signal.Notify(sigs, syscall.SIGUSR1) // want R155
	select {
	case <-sigs:
		w.WriteHeader(http.StatusOK)
	case <-r.Context().Done():
	}
}

func untilInterrupted(work func()) {
	stop := make(chan os.Signal)
	signal.Notify(stop, os.Interrupt) // want R155
	defer signal.Stop(stop)
	for {
		select {
		case <-stop:
			return
		default:
			work()
		}
	}
}

func (p *poller) job(ctx context.Context) error {
	hup := make(chan os.Signal, 2)
	signal.Notify(hup, syscall.SIGHUP) // want R155
	if err := p.fetch(ctx); err != nil {
		return err
	}
	select {
	case <-hup:
		return errors.New("hung up")
	case <-ctx.Done():
		signal.Stop(hup)
	}
	return nil
}

func each(jobs []func() error) error {
	for _, j := range jobs {
		c := make(chan os.Signal, 1)
		signal.Notify(c, syscall.SIGTERM) // want R155
		if err := j(); err != nil {
			return err
		}
		select {
		case <-c:
			return errors.New("terminated")
		default:
		}
	}
	return nil
}

// --- R187 ---

func (p *poller) forever(l net.Listener) {
	for {
		c, err := l.Accept()
		if err != nil {
			continue
		}
		defer c.Close() // want R187
		c.Write([]byte("hello"))
	}
}

func (p *poller) refresh() {
	for {
		p.mu.Lock()
		defer p.mu.Unlock() // want R187
		p.last = time.Now()
		time.Sleep(p.every)
	}
}

func run(jobs <-chan func(), done func()) {
	go func() {
		for {
			select {
			case j := <-jobs:
				defer done() // want R187
				j()
			}
		}
	}()
}

func (p *poller) retry() {
	for n := 0; ; n++ {
		ctx, cancel := context.WithTimeout(context.Background(), p.every)
		if n > 0 {
			defer cancel() // want R187
		} else {
			cancel()
		}
		_ = p.fetch(ctx)
	}
}

package service

import (
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// load calls the service: a counted burst, or a steady rate in the background.
type load struct {
	call   func() error
	calls  int64
	errors int64

	mu   sync.Mutex
	stop chan struct{} // closed to end the background load
	done chan struct{} // closed when it has ended
}

func (l *load) once() {
	if err := l.call(); err != nil {
		atomic.AddInt64(&l.errors, 1)
	}
	atomic.AddInt64(&l.calls, 1)
}

// serveLoad: /control/load?calls=3000[&workers=16][&rate=500] answers when all calls have returned.
func (l *load) serveLoad(w http.ResponseWriter, r *http.Request) {
	if l.call == nil {
		Refuse(w, fmt.Errorf("this service takes no calls"))
		return
	}
	calls, err := Number(r, "calls", 1)
	if err != nil {
		Refuse(w, err)
		return
	}
	workers, err := Number(r, "workers", 16)
	if err != nil {
		Refuse(w, err)
		return
	}
	rate, err := Number(r, "rate", 0)
	if err != nil {
		Refuse(w, err)
		return
	}
	begun := time.Now()
	l.drive(int64(calls), int(workers), rate, nil)
	Answer(w, map[string]interface{}{"calls": int64(calls), "seconds": time.Since(begun).Seconds()})
}

// serveStart: /control/start?rate=200[&workers=8] calls at that rate until /control/stop.
func (l *load) serveStart(w http.ResponseWriter, r *http.Request) {
	rate, err := Number(r, "rate", 0)
	if err == nil && (rate <= 0 || l.call == nil) {
		err = fmt.Errorf("rate must be positive, and the service must take calls")
	}
	workers, err2 := Number(r, "workers", 8)
	if err == nil {
		err = err2
	}
	if err != nil {
		Refuse(w, err)
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.stop != nil {
		Refuse(w, fmt.Errorf("the background load runs already"))
		return
	}
	stop, done := make(chan struct{}), make(chan struct{})
	l.stop, l.done = stop, done
	go func() {
		defer close(done)
		l.drive(-1, int(workers), rate, stop)
	}()
	Answer(w, map[string]interface{}{"rate": rate})
}

func (l *load) serveStop(w http.ResponseWriter, _ *http.Request) {
	l.mu.Lock()
	stop, done := l.stop, l.done
	l.stop, l.done = nil, nil
	l.mu.Unlock()
	if stop != nil {
		close(stop)
		<-done
	}
	Answer(w, map[string]interface{}{"stopped": stop != nil})
}

// drive makes `calls` calls (negative: until stop) on `workers` goroutines. Call k is due at begin + k/rate: a late
// driver catches up, so that the mean rate is the rate asked for even on a busy machine.
func (l *load) drive(calls int64, workers int, rate float64, stop <-chan struct{}) {
	begin := time.Now()
	var next int64 = -1
	var wg sync.WaitGroup
	for i := 0; i < workers; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for {
				k := atomic.AddInt64(&next, 1)
				if calls >= 0 && k >= calls {
					return
				}
				var wait time.Duration
				if rate > 0 {
					wait = time.Until(begin.Add(time.Duration(float64(k) / rate * float64(time.Second))))
				}
				if !pause(wait, stop) {
					return
				}
				l.once()
			}
		}()
	}
	wg.Wait()
}

func pause(d time.Duration, stop <-chan struct{}) bool {
	if d <= 0 {
		select {
		case <-stop:
			return false
		default:
			return true
		}
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-stop:
		return false
	case <-timer.C:
		return true
	}
}

// Number reads a numeric query parameter.
func Number(r *http.Request, name string, otherwise float64) (float64, error) {
	text := r.URL.Query().Get(name)
	if text == "" {
		return otherwise, nil
	}
	value, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return 0, fmt.Errorf("parameter %s must be a number, found %q", name, text)
	}
	return value, nil
}

// Package worker is the S1 service's background job: every tick it fetches rows and handles each in a goroutine.
package worker

import (
	"crypto/sha256"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"demo/service"
)

// Worker polls a table.
type Worker struct {
	tick    time.Duration
	rows    int
	running int64
	handled int64

	mu   sync.Mutex
	sums map[string][32]byte
}

type row struct {
	id   string
	data []byte
}

func (w *Worker) fetch() []row {
	rows := make([]row, w.rows)
	for i := range rows {
		rows[i] = row{id: strconv.Itoa(i), data: make([]byte, 2048)}
	}
	return rows
}

// query stands for a database that slows down with every caller it has.
func (w *Worker) query() {
	time.Sleep(500*time.Millisecond + time.Duration(atomic.LoadInt64(&w.running))*10*time.Millisecond)
}

func (w *Worker) handle(r row) {
	defer atomic.AddInt64(&w.handled, 1)
	defer atomic.AddInt64(&w.running, -1)
	w.query()
	sum := sha256.Sum256(r.data)
	w.mu.Lock()
	w.sums[r.id] = sum
	w.mu.Unlock()
}

// pollUnbounded feeds back on itself: the more goroutines there are, the longer each takes, and the next tick comes
// regardless.
func (w *Worker) pollUnbounded() {
	for {
		for _, r := range w.fetch() {
			current := r
			atomic.AddInt64(&w.running, 1)
			go w.handle(current) // LEAK
		}
		time.Sleep(w.tick)
	}
}

// pollBounded waits for a free place before it starts another.
func (w *Worker) pollBounded(limit int) {
	places := make(chan struct{}, limit)
	for {
		for _, r := range w.fetch() {
			current := r
			places <- struct{}{}
			atomic.AddInt64(&w.running, 1)
			go func() {
				defer func() { <-places }()
				w.handle(current)
			}()
		}
		time.Sleep(w.tick)
	}
}

func start(o service.Options) (*Worker, *service.Service) {
	w := &Worker{tick: o.Tick, rows: o.Size, sums: map[string][32]byte{}}
	if w.rows == 0 {
		w.rows = 40
	}
	return w, &service.Service{Truth: func() map[string]interface{} {
		return map[string]interface{}{"leaked_objects": atomic.LoadInt64(&w.running), "handled": atomic.LoadInt64(&w.handled)}
	}}
}

// Unbounded starts a goroutine for each row, whatever happens.
func Unbounded(o service.Options) (*service.Service, error) {
	w, s := start(o)
	go w.pollUnbounded()
	return s, nil
}

// Bounded has at most -limit (default 200) at work.
func Bounded(o service.Options) (*service.Service, error) {
	w, s := start(o)
	limit := o.Limit
	if limit == 0 {
		limit = 200
	}
	go w.pollBounded(limit)
	return s, nil
}

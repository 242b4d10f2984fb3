package channels

import (
	"context"
	"net/http"
	"sync"
	"time"
)

// looks like R162
func fetchSoon(b backend, key string, limit time.Duration) ([]byte, error) {
	results := make(chan result, 1)
	go func() {
		body, err := b.Fetch(context.Background(), key)
		results <- result{body, err}
	}()
	select {
	case r := <-results:
		return r.body, r.err
	case <-time.After(limit):
		return nil, context.DeadlineExceeded
	}
}

// looks like R162
func fetchUntil(ctx context.Context, b backend, key string) (body []byte, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	out := make(chan []byte)
	go func() {
		v, _ := b.Fetch(ctx, key)
		select {
		case out <- v:
		case <-ctx.Done():
		}
	}()
	select {
	case body = <-out:
		return body, nil
	case <-time.After(time.Second):
		return nil, context.DeadlineExceeded
	}
}

// It waits for the goroutine on both paths.
//
// looks like R162
func stoppable(ctx context.Context, run func(context.Context) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	done := make(chan error)
	go func() { done <- run(ctx) }()
	select {
	case err := <-done:
		return err
	case <-time.After(time.Minute):
		cancel()
		return <-done
	}
}

// looks like R162
func tryOnce(b backend, key string) (v []byte, ok bool) {
	ch := make(chan []byte)
	go func() {
		body, err := b.Fetch(context.Background(), key)
		if err != nil {
			close(ch)
			return
		}
		ch <- body
	}()
	v, ok = <-ch
	return v, ok
}

// looks like R163
func quickest(ctx context.Context, replicas []backend, key string) []byte {
	first := make(chan []byte, len(replicas))
	for _, r := range replicas {
		go func() {
			body, _ := r.Fetch(ctx, key)
			first <- body
		}()
	}
	return <-first
}

// looks like R163
func winner(ctx context.Context, replicas []backend, key string) []byte {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	won := make(chan []byte)
	for _, r := range replicas {
		go func(r backend) {
			body, _ := r.Fetch(ctx, key)
			select {
			case won <- body:
			case <-ctx.Done():
			}
		}(r)
	}
	return <-won
}

// looks like R163
func firstFailure(tasks []func() error) (first error) {
	errs := make(chan error)
	for _, t := range tasks {
		go func() { errs <- t() }()
	}
	for range tasks {
		if err := <-errs; err != nil && first == nil {
			first = err
		}
	}
	return first
}

// Whoever finds the place taken goes without it.
//
// looks like R163
func offered(ctx context.Context, replicas []backend, key string) result {
	out := make(chan result, 1)
	for _, r := range replicas {
		go func() {
			body, err := r.Fetch(ctx, key)
			select {
			case out <- result{body, err}:
			default:
			}
		}()
	}
	return <-out
}

// looks like R166
func pipeline(items []string, work func(string) int) (sum int) {
	in, out := make(chan string), make(chan int)
	go func() {
		defer close(in)
		for _, i := range items {
			in <- i
		}
	}()
	go func() {
		defer close(out)
		for i := range in {
			out <- work(i)
		}
	}()
	for v := range out {
		sum += v
	}
	return sum
}

// looks like R166
func fanIn(parts []func() int) (total int) {
	sums := make(chan int)
	var wg sync.WaitGroup
	for _, p := range parts {
		wg.Add(1)
		go func() {
			defer wg.Done()
			sums <- p()
		}()
	}
	go func() {
		wg.Wait()
		close(sums)
	}()
	for s := range sums {
		total += s
	}
	return total
}

func finish[T any](ch chan<- T) { close(ch) }

// A helper closes it.
//
// looks like R166
func helped(lines []string, write func(string)) {
	ch := make(chan string, 1)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for l := range ch {
			write(l)
		}
	}()
	for _, l := range lines {
		ch <- l
	}
	finish(ch)
	<-done
}

// It leaves the range by itself.
//
// looks like R166
func untilEnd(lines []string, write func(string)) {
	ch := make(chan string)
	go func() {
		for l := range ch {
			if l == "END" {
				return
			}
			write(l)
		}
	}()
	for _, l := range lines {
		ch <- l
	}
	ch <- "END"
}

// looks like R167
func handleState(w http.ResponseWriter, r *http.Request) {
	m := newMonitor(r.FormValue("host"))
	defer m.Stop()
	w.Write([]byte(m.State()))
}

type fleet struct {
	mu  sync.Mutex
	all map[string]*monitor
}

// looks like R167
func (f *fleet) watch(host string) error {
	m, err := openMonitor(host)
	if err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.all[host] = m
	return nil
}

// looks like R167
func sum(values []int) int {
	c := newCounter(values)
	return <-c.n
}

// looks like R167
func borrow(host string) (state func() string, release func()) {
	m := newMonitor(host)
	return m.State, m.Stop
}

// looks like R169
func merged(a, b <-chan int, out func(int)) {
	for a != nil || b != nil {
		select {
		case v, ok := <-a:
			if !ok {
				a = nil
				continue
			}
			out(v)
		case v, ok := <-b:
			if !ok {
				b = nil
				continue
			}
			out(v)
		}
	}
}

// The case is there only when there is something to send.
//
// looks like R169
func buffered(in <-chan int, out chan<- int, quit <-chan struct{}) {
	var queue []int
	for {
		var send chan<- int
		var next int
		if len(queue) > 0 {
			send, next = out, queue[0]
		}
		select {
		case v := <-in:
			queue = append(queue, v)
		case send <- next:
			queue = queue[1:]
		case <-quit:
			return
		}
	}
}

// looks like R169
func lateMade(async bool, work func()) {
	var done chan struct{}
	if async {
		done = make(chan struct{})
		go func() {
			defer close(done)
			work()
		}()
	} else {
		work()
	}
	if done != nil {
		<-done
	}
}

// looks like R169
func main() {
	s := newSessions()
	go s.touch("main")
	select {}
}

// looks like R170
func each(tasks []func()) {
	var wg sync.WaitGroup
	for _, t := range tasks {
		wg.Add(1)
		go func() {
			defer wg.Done()
			t()
		}()
	}
	wg.Wait()
}

// The goroutine has a group of its own.
//
// looks like R170
func nested(batches [][]func(), done chan<- struct{}) {
	go func() {
		defer close(done)
		for _, b := range batches {
			var wg sync.WaitGroup
			for _, t := range b {
				wg.Add(1)
				go func() {
					defer wg.Done()
					t()
				}()
			}
			wg.Wait()
		}
	}()
}

// It is counted itself while it counts the next one.
//
// looks like R170
func (s *sessions) chain(ids []string) {
	if len(ids) == 0 {
		return
	}
	s.wg.Add(1)
	go func() {
		defer s.wg.Done()
		s.touch(ids[0])
		s.chain(ids[1:])
	}()
}

// wg.Go counts before it starts.
//
// looks like R170
func (s *sessions) modern(ids []string) {
	for _, id := range ids {
		s.wg.Go(func() { s.touch(id) })
	}
	s.wg.Wait()
}

// looks like R177
func announced(b backend, key string) []byte {
	ready := make(chan []byte)
	go func() {
		defer close(ready)
		body, err := b.Fetch(context.Background(), key)
		if err != nil {
			return
		}
		ready <- body
	}()
	return <-ready
}

// looks like R177
func whenDone(ctx context.Context, cleanup func()) {
	never := make(chan struct{})
	go func() {
		select {
		case <-never:
		case <-ctx.Done():
			cleanup()
		}
	}()
}

// looks like R177
func signalled(register func(chan<- bool), f func()) {
	c := make(chan bool, 1)
	register(c)
	go func() {
		if <-c {
			f()
		}
	}()
}

// looks like R177
func stopper(cleanup func()) (stop func()) {
	quit := make(chan struct{})
	go func() {
		<-quit
		cleanup()
	}()
	var once sync.Once
	return func() { once.Do(func() { close(quit) }) }
}

// looks like R178
func deferred(b backend, keys []string, put func([]byte)) {
	var wg sync.WaitGroup
	wg.Add(len(keys))
	for _, k := range keys {
		go func(k string) {
			defer wg.Done()
			body, err := b.Fetch(context.Background(), k)
			if err != nil {
				return
			}
			put(body)
		}(k)
	}
	wg.Wait()
}

// looks like R178
func everyPath(b backend, wg *sync.WaitGroup, key string) {
	wg.Add(1)
	go func() {
		if _, err := b.Fetch(context.Background(), key); err != nil {
			println(err.Error())
			wg.Done()
			return
		}
		wg.Done()
	}()
}

// It is handed on as a function.
//
// looks like R178
func (s *sessions) callback(id string, start func(done func())) {
	s.wg.Add(1)
	go start(s.wg.Done)
}

// looks like R178
func (s *sessions) releasing(id string) {
	s.wg.Add(1)
	go func() {
		defer s.released(id)
		if id == "" {
			return
		}
		s.touch(id)
	}()
}

func (s *sessions) released(id string) {
	delete(s.seen, id)
	s.wg.Done()
}

// rules R162 R163 R166 R167 R169 R170 R177 R178

package channels

import (
	"context"
	"errors"
	"net/http"
	"os"
	"sync"
	"time"
)

type result struct {
	body []byte
	err  error
}

type backend interface {
	Fetch(ctx context.Context, key string) ([]byte, error)
}

// --- R162 ---

func fetchWithin(b backend, key string, limit time.Duration) ([]byte, error) {
	results := make(chan result)
	go func() {
		body, err := b.Fetch(context.Background(), key)
		results <- result{body, err} // want R162
	}()
	select {
	case r := <-results:
		return r.body, r.err
	case <-time.After(limit):
		return nil, errors.New("too slow")
	}
}

func handleReport(w http.ResponseWriter, r *http.Request) {
	done := make(chan error)
	go func() {
		defer close(done)
		done <- render(r.FormValue("id")) // want R162
	}()
	select {
	case <-r.Context().Done():
		return
	case err := <-done:
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	}
}

// It leaves before it receives.
func validated(b backend, key string) ([]byte, error) {
	ch := make(chan []byte)
	go func() {
		body, _ := b.Fetch(context.Background(), key)
		ch <- body // want R162
	}()
	if err := render(key); err != nil {
		return nil, err
	}
	return <-ch, nil
}

func both(ctx context.Context, a, b backend, key string) (string, error) {
	fromA, fromB := make(chan string), make(chan error)
	go func() {
		v, err := a.Fetch(ctx, key)
		if err != nil {
			fromB <- err // want R162
			return
		}
		fromA <- string(v) // want R162
	}()
	timer := time.NewTimer(time.Second)
	defer timer.Stop()
	select {
	case v := <-fromA:
		return v, nil
	case err := <-fromB:
		return "", err
	case <-timer.C:
		return "", context.DeadlineExceeded
	}
}

// --- R163 ---

func fastest(ctx context.Context, replicas []backend, key string) []byte {
	first := make(chan []byte)
	for _, r := range replicas {
		go func(r backend) {
			body, err := r.Fetch(ctx, key)
			if err == nil {
				first <- body // want R163
			}
		}(r)
	}
	return <-first
}

func anyError(tasks []func() error) error {
	errs := make(chan error)
	for i := range tasks {
		go func() {
			errs <- tasks[i]() // want R163
		}()
	}
	for range tasks {
		if err := <-errs; err != nil {
			return err
		}
	}
	return nil
}

func ask(b backend, key string, out chan<- result) {
	body, err := b.Fetch(context.Background(), key)
	out <- result{body, err}
}

func quorum(ctx context.Context, replicas []backend, key string) (votes int) {
	answers := make(chan result) // want R163
	for _, r := range replicas {
		go ask(r, key, answers)
	}
	need := len(replicas)/2 + 1
	for votes < need {
		if r := <-answers; r.err == nil {
			votes++
		}
	}
	return votes
}

func hedge(b backend, key string) result {
	out := make(chan result)
	for i := 0; i < 3; i++ {
		go func() {
			body, err := b.Fetch(context.Background(), key)
			out <- result{body, err} // want R163
		}()
		select {
		case r := <-out:
			return r
		case <-time.After(50 * time.Millisecond):
		}
	}
	return <-out
}

// --- R166 ---

func process(items []string, work func(string)) {
	in := make(chan string)
	for i := 0; i < 4; i++ {
		go func() {
			for item := range in { // want R166
				work(item)
			}
		}()
	}
	for _, item := range items {
		in <- item
	}
}

func printer(lines <-chan string) {
	for l := range lines { // want R166
		os.Stdout.WriteString(l)
	}
}

func handleLog(w http.ResponseWriter, r *http.Request) {
	lines := make(chan string, 16)
	go printer(lines)
	for _, l := range r.Header["X-Line"] {
		lines <- l
	}
}

// Closed on one path only.
func copyLines(read func() (string, error), write func(string)) error {
	ch := make(chan string)
	go func() {
		for l := range ch { // want R166
			write(l)
		}
	}()
	for {
		l, err := read()
		if err != nil {
			return err
		}
		if l == "" {
			close(ch)
			return nil
		}
		ch <- l
	}
}

func gather(parts []func() int) (total int) {
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
		for s := range sums { // want R166
			total += s
		}
	}()
	wg.Wait()
	return total
}

// --- R167 ---

func handleWatch(w http.ResponseWriter, r *http.Request) {
	m := newMonitor(r.FormValue("host")) // want R167
	w.Write([]byte(m.State()))
}

func (s *sessions) open(id string) error {
	m, err := openMonitor(id) // want R167
	if err != nil {
		return err
	}
	if m.State() == "down" {
		return errors.New("down")
	}
	return nil
}

func checkHosts(hosts []string) (down []string) {
	for _, h := range hosts {
		if newMonitor(h).State() == "down" { // want R167
			down = append(down, h)
		}
	}
	return down
}

func warm(host string) {
	_, _ = openMonitor(host) // want R167
}

// --- R169 ---

func join(tasks []func()) {
	var done chan struct{}
	for _, t := range tasks {
		go func() {
			t()
			done <- struct{}{} // want R169
		}()
	}
}

func pick(fast bool, b backend) ([]byte, error) {
	var out chan result
	if fast {
		go ask2(b, out)
	}
	r := <-out // want R169
	return r.body, r.err
}

func (s *sessions) keep(id string) {
	go func() {
		s.touch(id)
		select {} // want R169
	}()
}

func until(work func()) {
	var quit chan bool
	for {
		select {
		case <-quit: // want R169
			return
		}
	}
}

// --- R170 ---

func all(tasks []func()) {
	var wg sync.WaitGroup
	for _, t := range tasks {
		go func() {
			wg.Add(1) // want R170
			defer wg.Done()
			t()
		}()
	}
	wg.Wait()
}

func (s *sessions) spawn(id string) {
	go func(id string) {
		s.wg.Add(1) // want R170
		s.touch(id)
		s.wg.Done()
	}(id)
}

func (s *sessions) one(id string) {
	s.wg.Add(1) // want R170
	defer s.wg.Done()
	s.touch(id)
}

func (s *sessions) refresh(ids []string) {
	for _, id := range ids {
		go s.one(id)
	}
	s.wg.Wait()
}

func withGroup(wg *sync.WaitGroup, tasks []func()) {
	run := func(t func()) {
		wg.Add(1) // want R170
		defer wg.Done()
		t()
	}
	for _, t := range tasks {
		go run(t)
	}
}

// --- R177 ---

// The producer leaves without a word when it fails.
func loaded(b backend, key string) []byte {
	ready := make(chan []byte)
	go func() {
		body, err := b.Fetch(context.Background(), key)
		if err != nil {
			return
		}
		ready <- body
	}()
	return <-ready // maybe R177
}

func afterAll(tasks []func()) {
	finished := make(chan struct{})
	go func() {
		<-finished // want R177
		println("all done")
	}()
	for _, t := range tasks {
		t()
	}
}

func notifyWhen(ready func()) {
	var mu sync.Mutex
	signal := make(chan bool, 1)
	go func() {
		mu.Lock()
		defer mu.Unlock()
		if ok := <-signal; ok { // want R177
			ready()
		}
	}()
}

func waitStop(stop <-chan struct{}, cleanup func()) {
	<-stop // want R177
	cleanup()
}

func (s *sessions) guard(cleanup func()) {
	stop := make(chan struct{})
	go waitStop(stop, cleanup)
	s.touch("guard")
}

// --- R178 ---

func fetchAll(b backend, keys []string, put func([]byte)) {
	var wg sync.WaitGroup
	for _, k := range keys {
		wg.Add(1)
		go func() {
			body, err := b.Fetch(context.Background(), k)
			if err != nil {
				return // want R178
			}
			put(body)
			wg.Done()
		}()
	}
	wg.Wait()
}

func (s *sessions) expire(id string, limit time.Duration) {
	select {
	case <-time.After(limit):
		s.touch(id)
	case <-s.quit:
		return // want R178
	}
	s.wg.Done()
}

func (s *sessions) expireLater(id string) {
	s.wg.Add(1)
	go s.expire(id, time.Minute)
}

func total(chunks [][]int) int {
	var wg sync.WaitGroup
	var mu sync.Mutex
	sum := 0
	wg.Add(len(chunks))
	for _, c := range chunks {
		go func(c []int) { // want R178
			mu.Lock()
			defer mu.Unlock()
			for _, v := range c {
				sum += v
			}
		}(c)
	}
	wg.Wait()
	return sum
}

func worker(wg *sync.WaitGroup, in <-chan string, b backend) {
	for k := range in {
		if k == "" {
			continue
		}
		if _, err := b.Fetch(context.Background(), k); err != nil {
			println(err.Error())
			return // want R178
		}
	}
	wg.Done()
}

func runWorkers(in <-chan string, b backend) {
	var wg sync.WaitGroup
	for i := 0; i < 4; i++ {
		wg.Add(1)
		go worker(&wg, in, b)
	}
	wg.Wait()
}

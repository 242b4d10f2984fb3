package channels

import (
	"context"
	"errors"
	"time"
)

func slow() int             { return 1 }
func slowErr() (int, error) { return 1, nil }

// --- R162 ---

func timeout() (int, error) {
	ch := make(chan int)
	go func() {
		ch <- slow() // want R162
	}()
	select {
	case v := <-ch:
		return v, nil
	case <-time.After(time.Second):
		return 0, errors.New("late")
	}
}

func byContext(ctx context.Context) error {
	done := make(chan error)
	go func() {
		_, err := slowErr()
		done <- err // want R162
	}()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case err := <-done:
		return err
	}
}

func earlyReturn(check func() error) (int, error) {
	ch := make(chan int)
	go func() { ch <- slow() }() // want R162
	if err := check(); err != nil {
		return 0, err
	}
	return <-ch, nil
}

func withDefault() int {
	ch := make(chan int, 0)
	go func() {
		ch <- slow() // want R162
	}()
	select {
	case v := <-ch:
		return v
	default:
		return 0
	}
}

type result struct {
	v   int
	err error
}

func byStruct(ctx context.Context) (int, error) {
	ch := make(chan result)
	go func() {
		v, err := slowErr()
		ch <- result{v, err} // want R162
	}()
	select {
	case r := <-ch:
		return r.v, r.err
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

func errorPath() error {
	errs := make(chan error)
	go func() {
		if _, err := slowErr(); err != nil {
			errs <- err // want R162
			return
		}
		errs <- nil
	}()
	timer := time.NewTimer(time.Second)
	defer timer.Stop()
	select {
	case err := <-errs:
		return err
	case <-timer.C:
		return errors.New("late")
	}
}

func byArgument(d time.Duration) int {
	c := make(chan int)
	go func(out chan int) {
		out <- slow() // want R162
	}(c)
	select {
	case v := <-c:
		return v
	case <-time.After(d):
	}
	return -1
}

func send(out chan<- int) { out <- slow() }

func byFunction(d time.Duration) int {
	c := make(chan int) // want R162
	go send(c)
	select {
	case v := <-c:
		return v
	case <-time.After(d):
		return -1
	}
}

// --- R163 ---

func first(urls []string) int {
	ch := make(chan int)
	for range urls {
		go func() { ch <- slow() }() // want R163
	}
	return <-ch
}

func firstOrTimeout(ctx context.Context, n int) int {
	ch := make(chan int)
	for i := 0; i < n; i++ {
		go func() {
			ch <- slow() // want R163
		}()
	}
	select {
	case v := <-ch:
		return v
	case <-ctx.Done():
		return 0
	}
}

func untilGood(urls []string) (int, error) {
	ch := make(chan result)
	for range urls {
		go func() {
			v, err := slowErr()
			ch <- result{v, err} // want R163
		}()
	}
	for range urls {
		r := <-ch
		if r.err == nil {
			return r.v, nil
		}
	}
	return 0, errors.New("none")
}

func roomForOne(urls []string) int {
	ch := make(chan int, 1)
	for range urls {
		go func() { ch <- slow() }() // want R163
	}
	return <-ch
}

func stopAtError(jobs []func() error) error {
	errs := make(chan error)
	for _, job := range jobs {
		go func() { errs <- job() }() // want R163
	}
	for i := 0; i < len(jobs); i++ {
		if err := <-errs; err != nil {
			return err
		}
	}
	return nil
}

func firstByArgument(urls []string) int {
	ch := make(chan int)
	for _, u := range urls {
		go func(u string, out chan int) {
			out <- len(u) // want R163
		}(u, ch)
	}
	return <-ch
}

// --- R166 ---

func consume(in <-chan int) {
	for v := range in { // want R166
		_ = v
	}
}

func unclosed(n int) {
	in := make(chan int)
	go consume(in)
	for i := 0; i < n; i++ {
		in <- i
	}
}

func unclosedLiteral(items []int) {
	work := make(chan int)
	go func() {
		for v := range work { // want R166
			_ = v
		}
	}()
	for _, item := range items {
		work <- item
	}
}

func unclosedPool(items []int) {
	work := make(chan int, 10)
	for i := 0; i < 4; i++ {
		go func() {
			for v := range work { // want R166
				_ = v
			}
		}()
	}
	for _, item := range items {
		work <- item
	}
}

func unclosedArgument(items []string) {
	lines := make(chan string)
	go func(in chan string) {
		for range in { // want R166
		}
	}(lines)
	for _, item := range items {
		lines <- item
	}
}

// --- R169 ---

func never() {
	var ch chan int
	<-ch // want R169
}

func neverSent() {
	var ready chan struct{}
	go func() {
		ready <- struct{}{} // want R169
	}()
}

func parked() {
	go func() {
		select {} // want R169
	}()
}

func neverRanged() (n int) {
	var in chan int
	for range in { // want R169
		n++
	}
	return n
}

// rules R166

package rangechannel

import (
	"context"
	"sync"
)

// looks like R166
func poolClosed(items []int) {
	jobs := make(chan int)
	var wg sync.WaitGroup
	for i := 0; i < 4; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for job := range jobs {
				_ = job
			}
		}()
	}
	for _, item := range items {
		jobs <- item
	}
	close(jobs)
	wg.Wait()
}

// looks like R166
func deferredClose(items []int) {
	jobs := make(chan int)
	defer close(jobs)
	go func() {
		for job := range jobs {
			_ = job
		}
	}()
	for _, item := range items {
		jobs <- item
	}
}

func produce(out chan<- int, n int) {
	defer close(out)
	for i := 0; i < n; i++ {
		out <- i
	}
}

// The producer, a function of its own, closes.
// looks like R166
func closedByProducer(n int) (sum int) {
	in := make(chan int)
	go produce(in, n)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for v := range in {
			sum += v
		}
	}()
	<-done
	return sum
}

// The caller closes.
// looks like R166
func consumer() chan<- int {
	in := make(chan int)
	go func() {
		for v := range in {
			_ = v
		}
	}()
	return in
}

type feed struct{ in chan int }

// looks like R166
func newFeed() *feed {
	f := &feed{in: make(chan int)}
	go f.run()
	return f
}

// looks like R166
func (f *feed) run() {
	for v := range f.in {
		_ = v
	}
}

func (f *feed) Close() { close(f.in) }

// It is left by a break.
// looks like R166
func leaves(items []int) {
	in := make(chan int)
	go func() {
		for v := range in {
			if v < 0 {
				break
			}
		}
	}()
	for _, item := range items {
		in <- item
	}
	in <- -1
}

// looks like R166
func closedInLiteral(ctx context.Context) {
	in := make(chan int)
	context.AfterFunc(ctx, func() { close(in) })
	go func() {
		for v := range in {
			_ = v
		}
	}()
}

// Lives as long as the process.
// looks like R166
func init() {
	events := make(chan int, 100)
	go func() {
		for e := range events {
			_ = e
		}
	}()
	for i := 0; ; i++ {
		events <- i
	}
}

// looks like R166
func slice(items []int) {
	go func() {
		for _, v := range items {
			_ = v
		}
	}()
}

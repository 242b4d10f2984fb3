// rules R166

package rangechannel

import (
	"context"
	"errors"
	"sync"
)

func lines(n int) []int { return make([]int, n) }

// The wait never ends, nor do the workers.
func pool(items []int) {
	jobs := make(chan int)
	var wg sync.WaitGroup
	for i := 0; i < 4; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for job := range jobs { // want R166
				_ = job
			}
		}()
	}
	for _, item := range items {
		jobs <- item
	}
	wg.Wait()
}

// Closed on the good path only... which nobody does here at all: it returns before.
func early(items []int, bad int) error {
	jobs := make(chan int)
	go func() {
		for job := range jobs { // want R166
			_ = job
		}
	}()
	for _, item := range items {
		if item == bad {
			return errors.New("bad item")
		}
		jobs <- item
	}
	return nil
}

func sum(in <-chan int, out *int) {
	for v := range in { // want R166
		*out += v
	}
}

// The consumer is a function of its own.
func counted(items []int) (n int) {
	in := make(chan int, 16)
	go sum(in, &n)
	for _, item := range items {
		in <- item
	}
	return n
}

// The producer ends without closing.
func piped(ctx context.Context, n int) {
	out := make(chan int)
	go func() {
		for _, v := range lines(n) {
			select {
			case out <- v:
			case <-ctx.Done():
				return
			}
		}
	}()
	go func() {
		for v := range out { // want R166
			_ = v
		}
	}()
}

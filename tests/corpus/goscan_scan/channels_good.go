package channels

import (
	"context"
	"errors"
	"sync"
	"time"
)

func buffered() (int, error) {
	ch := make(chan int, 1)
	go func() { ch <- slow() }()
	select {
	case v := <-ch:
		return v, nil
	case <-time.After(time.Second):
		return 0, errors.New("late")
	}
}

func sendSelect(ctx context.Context) (int, error) {
	ch := make(chan int)
	go func() {
		select {
		case ch <- slow():
		case <-ctx.Done():
		}
	}()
	select {
	case v := <-ch:
		return v, nil
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

func always() int {
	ch := make(chan int)
	go func() { ch <- slow() }()
	return <-ch
}

func bothPaths(check func() error) (int, error) {
	ch := make(chan int)
	go func() { ch <- slow() }()
	if err := check(); err != nil {
		<-ch
		return 0, err
	}
	return <-ch, nil
}

func deferredReceive(check func() error) error {
	done := make(chan struct{})
	go func() { done <- struct{}{} }()
	defer func() { <-done }()
	return check()
}

func closes(ctx context.Context) error {
	done := make(chan struct{})
	go func() {
		defer close(done)
		slow()
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func handedOut() <-chan int {
	ch := make(chan int)
	go func() { ch <- slow() }()
	return ch
}

type queue struct{ c chan int }

func kept(q *queue, ctx context.Context) {
	c := make(chan int)
	q.c = c
	go func() { c <- 1 }()
	select {
	case <-c:
	case <-ctx.Done():
	}
}

func allReceived(urls []string) (sum int) {
	ch := make(chan int)
	for range urls {
		go func() { ch <- slow() }()
	}
	for range urls {
		sum += <-ch
	}
	return sum
}

func roomForAll(urls []string) int {
	ch := make(chan int, len(urls))
	for range urls {
		go func() { ch <- slow() }()
	}
	return <-ch
}

func oneForOne(urls []string) (sum int) {
	ch := make(chan int)
	for range urls {
		go func() { ch <- slow() }()
		sum += <-ch
	}
	return sum
}

func firstWithSelect(ctx context.Context, urls []string) int {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ch := make(chan int)
	for range urls {
		go func() {
			select {
			case ch <- slow():
			case <-ctx.Done():
			}
		}()
	}
	return <-ch
}

func closed(n int) {
	in := make(chan int)
	defer close(in)
	go func() {
		for v := range in {
			_ = v
		}
	}()
	for i := 0; i < n; i++ {
		in <- i
	}
}

func closedBySender(items []int) (sum int) {
	out := make(chan int)
	go func() {
		defer close(out)
		for _, item := range items {
			out <- item
		}
	}()
	for v := range out {
		sum += v
	}
	return sum
}

func closedAfterWait(items []int) (sum int) {
	out := make(chan int)
	var wg sync.WaitGroup
	for _, item := range items {
		wg.Add(1)
		go func() {
			defer wg.Done()
			out <- item
		}()
	}
	go func() {
		wg.Wait()
		close(out)
	}()
	for v := range out {
		sum += v
	}
	return sum
}

func leaves(stop int) {
	in := make(chan int)
	go func() {
		for v := range in {
			if v == stop {
				return
			}
		}
	}()
	in <- stop
}

func drain(in chan int) {
	go func() {
		for range in {
		}
	}()
}

func assignedLater(ok bool) {
	var ch chan int
	if ok {
		ch = make(chan int, 1)
	}
	ch <- 1
}

func switchedOff(in chan int, ok bool) int {
	var out chan int
	if ok {
		out = in
	}
	select {
	case v := <-out:
		return v
	case v := <-in:
		return v
	}
}

func disabled(in chan int) int {
	var never chan int
	select {
	case v := <-never:
		return v
	case v := <-in:
		return v
	}
}

package channels

import (
	"context"
	"errors"
	"sync"
	"time"
)

// looks like R162
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

// looks like R162
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

// looks like R162
func always() int {
	ch := make(chan int)
	go func() { ch <- slow() }()
	return <-ch
}

// looks like R162
func bothPaths(check func() error) (int, error) {
	ch := make(chan int)
	go func() { ch <- slow() }()
	if err := check(); err != nil {
		<-ch
		return 0, err
	}
	return <-ch, nil
}

// looks like R162
func deferredReceive(check func() error) error {
	done := make(chan struct{})
	go func() { done <- struct{}{} }()
	defer func() { <-done }()
	return check()
}

// looks like R162
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

// looks like R162
func handedOut() <-chan int {
	ch := make(chan int)
	go func() { ch <- slow() }()
	return ch
}

type queue struct{ c chan int }

// looks like R162
func kept(q *queue, ctx context.Context) {
	c := make(chan int)
	q.c = c
	go func() { c <- 1 }()
	select {
	case <-c:
	case <-ctx.Done():
	}
}

// looks like R163
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

// looks like R163
func roomForAll(urls []string) int {
	ch := make(chan int, len(urls))
	for range urls {
		go func() { ch <- slow() }()
	}
	return <-ch
}

// looks like R163
func oneForOne(urls []string) (sum int) {
	ch := make(chan int)
	for range urls {
		go func() { ch <- slow() }()
		sum += <-ch
	}
	return sum
}

// looks like R163
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

// looks like R166
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

// looks like R166
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

// looks like R166
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

// looks like R166
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

// looks like R169
func drain(in chan int) {
	go func() {
		for range in {
		}
	}()
}

// looks like R169
func assignedLater(ok bool) {
	var ch chan int
	if ok {
		ch = make(chan int, 1)
	}
	ch <- 1
}

// looks like R169
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

// looks like R169
func disabled(in chan int) int {
	var never chan int
	select {
	case v := <-never:
		return v
	case v := <-in:
		return v
	}
}

// looks like R162
func receivedInTurn() int {
	done := make(chan int)
	go func() { done <- slow() }()
	go func() { done <- slow() }()
	sum := 0
	for i := 0; i < 2; i++ {
		sum += <-done
	}
	return sum
}

// looks like R162
func receivedForEach(names []string) int {
	done := make(chan int)
	go func() { done <- slow() }()
	sum := 0
	for range names[:1] {
		sum += <-done
	}
	return sum
}

// looks like R162
func takenLater(limit time.Duration) (int, error) {
	answer := make(chan int)
	go func() { answer <- slow() }()
	select {
	case v := <-answer:
		return v, nil
	case <-time.After(limit):
		go func() { <-answer }()
		return 0, errors.New("late")
	}
}

// Starts itself with the channel.
func visit(depth int, found chan int) {
	if depth > 0 {
		go visit(depth-1, found)
	}
	found <- depth
}

// looks like R162
func visitAll(depth int) int {
	found := make(chan int)
	go visit(depth, found)
	return <-found
}

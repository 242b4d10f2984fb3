// rules R161

package limiter

import (
	"context"
	"sync"

	"golang.org/x/sync/errgroup"
)

// looks like R161
func (c *crawler) before(items []int) {
	for _, item := range items {
		c.slots <- struct{}{}
		go func() {
			defer func() { <-c.slots }()
			work(item)
		}()
	}
}

// looks like R161
func (c *crawler) weightedBefore(ctx context.Context, items []int) error {
	for _, item := range items {
		if err := c.sem.Acquire(ctx, 1); err != nil {
			return err
		}
		go func() {
			defer c.sem.Release(1)
			work(item)
		}()
	}
	return nil
}

// looks like R161
func group(items []int) error {
	var g errgroup.Group
	g.SetLimit(8)
	for _, item := range items {
		g.Go(func() error {
			work(item)
			return nil
		})
	}
	return g.Wait()
}

// The channel carries results, not places.
// looks like R161
func collected(items []int) (sum int) {
	out := make(chan int, len(items))
	for _, item := range items {
		go func() {
			work(item)
			out <- item
		}()
	}
	for range items {
		sum += <-out
	}
	return sum
}

// One goroutine only, which takes its place.
// looks like R161
func (c *crawler) single(item int) {
	go func() {
		c.slots <- struct{}{}
		defer func() { <-c.slots }()
		work(item)
	}()
}

// A fixed number of workers.
// looks like R161
func workers(items chan int) {
	for i := 0; i < 4; i++ {
		go func() {
			for item := range items {
				work(item)
			}
		}()
	}
}

// A lock is not a limit.
// looks like R161
func locked(items []int, mu *sync.Mutex) {
	var wg sync.WaitGroup
	for _, item := range items {
		wg.Add(1)
		go func() {
			defer wg.Done()
			mu.Lock()
			defer mu.Unlock()
			work(item)
		}()
	}
	wg.Wait()
}

// looks like R161
func selectBefore(ctx context.Context, items []int, slots chan struct{}) {
	for _, item := range items {
		select {
		case slots <- struct{}{}:
		case <-ctx.Done():
			return
		}
		go func() {
			defer func() { <-slots }()
			work(item)
		}()
	}
}

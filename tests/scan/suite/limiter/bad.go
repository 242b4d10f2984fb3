// rules R161

package limiter

import (
	"context"
	"sync"

	"golang.org/x/sync/semaphore"
)

func work(int) {}

type crawler struct {
	slots chan struct{}
	sem   *semaphore.Weighted
}

// The slot of the receiver, taken inside.
func (c *crawler) all(items []int) {
	var wg sync.WaitGroup
	for _, item := range items {
		wg.Add(1)
		go func() { // want R161
			defer wg.Done()
			c.slots <- struct{}{}
			defer func() { <-c.slots }()
			work(item)
		}()
	}
	wg.Wait()
}

// The token may not come, but the goroutine is there already.
func (c *crawler) orDone(ctx context.Context, items []int) {
	for _, item := range items {
		go func() { // want R161
			select {
			case c.slots <- struct{}{}:
				defer func() { <-c.slots }()
				work(item)
			case <-ctx.Done():
			}
		}()
	}
}

// Tokens are received here, and sent back.
func tokens(items []int, free chan struct{}) {
	for _, item := range items {
		go func() { // want R161
			<-free
			defer func() { free <- struct{}{} }()
			work(item)
		}()
	}
}

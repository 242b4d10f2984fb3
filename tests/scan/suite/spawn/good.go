package spawn

import (
	"context"
	"net"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/semaphore"
)

// looks like R160
func (w *worker) bounded(limit int) {
	places := make(chan struct{}, limit)
	for {
		for _, item := range fetch() {
			places <- struct{}{}
			go func() {
				defer func() { <-places }()
				handle(item)
			}()
		}
		time.Sleep(time.Second)
	}
}

// looks like R160
func (w *worker) waits() {
	for {
		var wg sync.WaitGroup
		for _, item := range fetch() {
			wg.Add(1)
			go func() {
				defer wg.Done()
				handle(item)
			}()
		}
		wg.Wait()
		time.Sleep(time.Second)
	}
}

// looks like R160
func (w *worker) setLimit(ctx context.Context) {
	g, _ := errgroup.WithContext(ctx)
	g.SetLimit(8)
	for {
		for _, item := range fetch() {
			g.Go(func() error { handle(item); return nil })
		}
		time.Sleep(time.Second)
	}
}

// looks like R160
func (w *worker) weighted(ctx context.Context, sem *semaphore.Weighted) {
	for {
		for _, item := range fetch() {
			if sem.Acquire(ctx, 1) != nil {
				return
			}
			go func() {
				defer sem.Release(1)
				handle(item)
			}()
		}
	}
}

// looks like R160
func serve(l net.Listener) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		go func() { conn.Close() }()
	}
}

// looks like R160
func workers(in chan int) {
	for i := 0; i < 8; i++ {
		go func() {
			for v := range in {
				handle(v)
			}
		}()
	}
}

// looks like R160
func once(items []int) {
	var wg sync.WaitGroup
	for _, item := range items {
		wg.Add(1)
		go func() {
			defer wg.Done()
			handle(item)
		}()
	}
	wg.Wait()
}

// looks like R160
func (w *worker) fewEachRound() {
	for {
		for _, name := range []int{1, 2} {
			go handle(name)
		}
		time.Sleep(time.Hour)
	}
}

// looks like R160
func (w *worker) sequential() {
	for {
		for _, item := range fetch() {
			handle(item)
		}
		time.Sleep(time.Second)
	}
}

// looks like R160
func (w *worker) collects() {
	for {
		items := fetch()
		done := make(chan struct{}, len(items))
		for _, item := range items {
			go func() {
				handle(item)
				done <- struct{}{}
			}()
		}
		for range items {
			<-done
		}
	}
}

// looks like R161
func limitedWell(items []int) {
	sem := make(chan struct{}, 10)
	for _, item := range items {
		sem <- struct{}{}
		go func() {
			defer func() { <-sem }()
			handle(item)
		}()
	}
}

// What it sends is a result, not a place.
// looks like R161
func results(items []int) int {
	out := make(chan int, len(items))
	for _, item := range items {
		go func() { out <- item * 2 }()
	}
	sum := 0
	for range items {
		sum += <-out
	}
	return sum
}

// looks like R170
func addBefore(items []int) {
	var wg sync.WaitGroup
	wg.Add(len(items))
	for _, item := range items {
		go func() {
			defer wg.Done()
			handle(item)
		}()
	}
	wg.Wait()
}

// Its own group.
// looks like R170
func ownGroup() {
	go func() {
		var wg sync.WaitGroup
		wg.Add(1)
		go wg.Done()
		wg.Wait()
	}()
}

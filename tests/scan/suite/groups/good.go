package groups

import (
	"context"
	"log"
	"os"
	"sync"
)

// looks like R178
func deferred(items []int) {
	var wg sync.WaitGroup
	for _, item := range items {
		wg.Add(1)
		go func(item int) {
			defer wg.Done()
			if work(item) != nil {
				return
			}
		}(item)
	}
	wg.Wait()
}

// looks like R178
func deferredInLiteral() {
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer func() { wg.Done() }()
		if work(1) != nil {
			return
		}
	}()
	wg.Wait()
}

// looks like R178
func bothPaths() {
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		if work(1) != nil {
			wg.Done()
			return
		}
		wg.Done()
	}()
	wg.Wait()
}

// looks like R178
func diesInstead() {
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		if err := work(1); err != nil {
			log.Fatal(err)
		}
		wg.Done()
	}()
	wg.Wait()
}

// Not started as a goroutine: who calls it counts.
// looks like R178
func maybeDone(wg *sync.WaitGroup, last bool) {
	if !last {
		return
	}
	wg.Done()
}

func caller(wg *sync.WaitGroup) { maybeDone(wg, true) }

// Counted inside.
// looks like R178
func itself(wg *sync.WaitGroup, more bool) {
	go func() {
		if !more {
			return
		}
		wg.Add(1)
		wg.Done()
	}()
}

// looks like R178
func handedOn(wg *sync.WaitGroup, other func(*sync.WaitGroup)) {
	wg.Add(1)
	go func() {
		if work(1) != nil {
			other(wg)
			return
		}
		wg.Done()
	}()
}

// looks like R178
func panics() {
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		if work(1) != nil {
			panic("no")
		}
		wg.Done()
	}()
	wg.Wait()
}

// looks like R178
func ifAny(wg *sync.WaitGroup) {
	if wg != nil {
		defer wg.Done()
	}
	_ = work(1)
}

func startsIfAny(wg *sync.WaitGroup) { go ifAny(wg) }

// looks like R178
func byWaitGroupGo(items []int) {
	var wg sync.WaitGroup
	for _, item := range items {
		wg.Go(func() {
			if work(item) != nil {
				return
			}
		})
	}
	wg.Wait()
}

func settle(wg *sync.WaitGroup) { wg.Done() }

// looks like R178
func byHelper(item int) {
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		if work(item) != nil {
			settle(&wg)
			return
		}
		wg.Done()
	}()
	wg.Wait()
}

// looks like R178
func leavesByLabel(ctx context.Context, in <-chan int) {
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
	loop:
		for {
			select {
			case <-ctx.Done():
				break loop
			case v := <-in:
				_ = work(v)
			}
		}
		wg.Done()
	}()
	wg.Wait()
}

// The group is of the work inside, not of the goroutine itself.
// looks like R178
func ofItsOwn(items []int, done chan<- bool) {
	go func() {
		if len(items) == 0 {
			done <- true
			return
		}
		var wg sync.WaitGroup
		for _, item := range items {
			wg.Add(1)
			go func() {
				defer wg.Done()
				_ = work(item)
			}()
		}
		wg.Wait()
		done <- true
	}()
}

// looks like R178
func exits(item int) {
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		if work(item) != nil {
			os.Exit(1)
		}
		wg.Done()
	}()
	wg.Wait()
}

type crew struct{ running sync.WaitGroup }

func (p *crew) start(f func()) bool {
	p.running.Add(1)
	go f()
	return true
}

// looks like R178
func (p *crew) accept(next func() (int, error)) {
	for {
		n, err := next()
		if err != nil {
			return
		}
		p.start(func() {
			defer p.running.Done()
			println(n)
		})
	}
}

func (p *crew) serve(next func() (int, error)) { go p.accept(next) }

// rules R170

package waitgroup

import (
	"sync"
	"sync/atomic"
)

// looks like R170
func before(names []string) {
	var wg sync.WaitGroup
	for _, name := range names {
		wg.Add(1)
		go func() {
			defer wg.Done()
			work(name)
		}()
	}
	wg.Wait()
}

// looks like R170
func atOnce(names []string) {
	var wg sync.WaitGroup
	wg.Add(len(names))
	for _, name := range names {
		go func() {
			defer wg.Done()
			work(name)
		}()
	}
	wg.Wait()
}

// The goroutine starts goroutines, and counts each before it starts it: it is counted itself until then.
// looks like R170
func nested(wg *sync.WaitGroup, names []string) {
	wg.Add(1)
	go func() {
		defer wg.Done()
		for _, name := range names {
			wg.Add(1)
			go func() {
				defer wg.Done()
				work(name)
			}()
		}
	}()
}

// A group of its own.
// looks like R170
func own(names []string, done func()) {
	go func() {
		var wg sync.WaitGroup
		for _, name := range names {
			wg.Add(1)
			go func() {
				defer wg.Done()
				work(name)
			}()
		}
		wg.Wait()
		done()
	}()
}

// Not a WaitGroup.
// looks like R170
func counter(n *atomic.Int64) {
	go func() {
		n.Add(1)
		defer n.Add(-1)
		work("x")
	}()
}

// looks like R170
func bySyncGo(names []string) {
	var wg sync.WaitGroup
	for _, name := range names {
		wg.Go(func() { work(name) })
	}
	wg.Wait()
}

// looks like R170
func (f *fetcher) spawn(name string) {
	f.wg.Add(1)
	go f.counted(name)
}

// looks like R170
func (f *fetcher) counted(name string) {
	defer f.wg.Done()
	work(name)
}

// A literal that is called here, not started.
// looks like R170
func inPlace(names []string) {
	var wg sync.WaitGroup
	start := func(name string) {
		wg.Add(1)
		go func() {
			defer wg.Done()
			work(name)
		}()
	}
	for _, name := range names {
		start(name)
	}
	wg.Wait()
}

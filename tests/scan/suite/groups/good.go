package groups

import (
	"log"
	"sync"
)

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
func maybeDone(wg *sync.WaitGroup, last bool) {
	if !last {
		return
	}
	wg.Done()
}

func caller(wg *sync.WaitGroup) { maybeDone(wg, true) }

// Counted inside.
func itself(wg *sync.WaitGroup, more bool) {
	go func() {
		if !more {
			return
		}
		wg.Add(1)
		wg.Done()
	}()
}

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

func ifAny(wg *sync.WaitGroup) {
	if wg != nil {
		defer wg.Done()
	}
	_ = work(1)
}

func startsIfAny(wg *sync.WaitGroup) { go ifAny(wg) }

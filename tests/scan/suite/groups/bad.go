// rules R178
package groups

import (
	"context"
	"sync"
)

func work(int) error { return nil }

func part(wg *sync.WaitGroup, failing bool) {
	if failing {
		return // want R178
	}
	wg.Done()
}

func sum() {
	var wg sync.WaitGroup
	for i := 0; i < 3; i++ {
		wg.Add(1)
		go part(&wg, i == 1)
	}
	wg.Wait()
}

func literal(items []int) {
	var wg sync.WaitGroup
	for _, item := range items {
		item := item
		wg.Add(1)
		go func() {
			if err := work(item); err != nil {
				return // want R178
			}
			wg.Done()
		}()
	}
	wg.Wait()
}

func lateDefer(items []int) {
	var wg sync.WaitGroup
	wg.Add(len(items))
	for _, item := range items {
		go func(item int) {
			if item == 0 {
				return // want R178
			}
			defer wg.Done()
			_ = work(item)
		}(item)
	}
	wg.Wait()
}

type pool struct{ wg sync.WaitGroup }

func (p *pool) one(item int) {
	if item < 0 {
		return // want R178
	}
	_ = work(item)
	p.wg.Done()
}

func (p *pool) start(item int) {
	p.wg.Add(1)
	go p.one(item)
}

func oneCase(kind int) {
	var wg sync.WaitGroup
	wg.Add(1)
	go func() { // want R178
		switch kind {
		case 0:
			wg.Done()
		case 1:
			_ = work(1)
		}
	}()
	wg.Wait()
}

func leavesLoop(in chan int) {
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		for v := range in {
			if work(v) != nil {
				return // want R178
			}
		}
		wg.Done()
	}()
	wg.Wait()
}

func onlyOnSuccess() {
	var wg sync.WaitGroup
	wg.Add(1)
	go func() { // want R178
		if work(1) == nil {
			wg.Done()
		}
	}()
	wg.Wait()
}

func twoErrors() {
	wg := &sync.WaitGroup{}
	wg.Add(1)
	go func() {
		if work(1) != nil {
			wg.Done()
			return
		}
		if work(2) != nil {
			return // want R178
		}
		wg.Done()
	}()
	wg.Wait()
}

func untilCancelled(ctx context.Context, in <-chan int) {
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		for {
			select {
			case <-ctx.Done():
				return // want R178
			case v, ok := <-in:
				if !ok {
					wg.Done()
					return
				}
				_ = work(v)
			}
		}
	}()
	wg.Wait()
}

func (p *pool) run(in <-chan int, failed chan<- error) {
	p.wg.Add(1)
	go func(wg *sync.WaitGroup) {
		for v := range in {
			if err := work(v); err != nil {
				failed <- err
				return // want R178
			}
		}
		wg.Done()
	}(&p.wg)
}

// rules R170

package waitgroup

import "sync"

func work(string) error { return nil }

type fetcher struct {
	mu   sync.Mutex
	wg   sync.WaitGroup
	errs []error
}

func (f *fetcher) all(names []string) {
	for _, name := range names {
		go func(name string) {
			f.wg.Add(1) // want R170
			defer f.wg.Done()
			if err := work(name); err != nil {
				f.mu.Lock()
				f.errs = append(f.errs, err)
				f.mu.Unlock()
			}
		}(name)
	}
	f.wg.Wait()
}

func local(names []string) {
	wg := &sync.WaitGroup{}
	for _, name := range names {
		go func() {
			defer wg.Done()
			wg.Add(1) // want R170
			work(name)
		}()
	}
	wg.Wait()
}

func second(wg *sync.WaitGroup, name string) {
	go func() {
		println("starting", name)
		wg.Add(1) // want R170
		defer wg.Done()
		work(name)
	}()
	wg.Wait()
}

func byArgument(names []string) {
	var wg sync.WaitGroup
	for _, name := range names {
		go func(group *sync.WaitGroup) {
			group.Add(1) // want R170
			work(name)
			group.Done()
		}(&wg)
	}
	wg.Wait()
}

// The goroutine is a method.
func (f *fetcher) start(name string) {
	go f.one(name)
	f.wg.Wait()
}

func (f *fetcher) one(name string) {
	f.wg.Add(1) // want R170
	defer f.wg.Done()
	work(name)
}

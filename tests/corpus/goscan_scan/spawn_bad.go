package spawn

import (
	"context"
	"database/sql"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/semaphore"
)

type worker struct {
	db    *sql.DB
	queue chan int
}

func fetch() []int        { return nil }
func handle(int)          {}
func (w *worker) do(int)  {}

// --- R160 ---

func (w *worker) poll() {
	for {
		for _, item := range fetch() {
			go w.do(item) // want R160
		}
		time.Sleep(time.Second)
	}
}

func (w *worker) byTicker(ctx context.Context) {
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for range ticker.C {
		items := fetch()
		for _, item := range items {
			item := item
			go func() { // want R160
				handle(item)
			}()
		}
	}
}

func (w *worker) rows() {
	for {
		rows, err := w.db.Query("SELECT id FROM jobs")
		if err != nil {
			continue
		}
		for rows.Next() {
			var id int
			if rows.Scan(&id) == nil {
				go handle(id) // want R160
			}
		}
		rows.Close()
		time.Sleep(time.Second)
	}
}

func (w *worker) inSelect(stop chan struct{}) {
	t := time.NewTicker(time.Minute)
	defer t.Stop()
	for {
		select {
		case <-stop:
			return
		case <-t.C:
			batch := fetch()
			for i := 0; i < len(batch); i++ {
				go handle(batch[i]) // want R160
			}
		}
	}
}

func (w *worker) round() {
	for _, item := range fetch() {
		go handle(item) // want R160
	}
}

func (w *worker) rounds() {
	for {
		w.round()
		time.Sleep(time.Second)
	}
}

func (w *worker) group(ctx context.Context) {
	for ctx.Err() == nil {
		for _, item := range fetch() {
			var wg sync.WaitGroup
			wg.Add(1)
			go func() { // want R160
				defer wg.Done()
				handle(item)
			}()
		}
		time.Sleep(time.Second)
	}
}

func (w *worker) errgroups(ctx context.Context) {
	for {
		g, _ := errgroup.WithContext(ctx)
		for _, item := range fetch() {
			g.Go(func() error { // want R160
				handle(item)
				return nil
			})
		}
		time.Sleep(time.Second)
	}
}

func (w *worker) byMap(stop <-chan struct{}) {
	for {
		select {
		case <-stop:
			return
		case <-time.After(time.Second):
		}
		due := map[string]int{"a": 1}
		for _, item := range due {
			go handle(item) // want R160
		}
	}
}

// --- R161 ---

func limited(items []int) {
	sem := make(chan struct{}, 10)
	for _, item := range items {
		go func() { // want R161
			sem <- struct{}{}
			defer func() { <-sem }()
			handle(item)
		}()
	}
}

func limitedArgs(items []int, wg *sync.WaitGroup) {
	sem := make(chan bool, 4)
	for _, item := range items {
		wg.Add(1)
		go func(item int) { // want R161
			defer wg.Done()
			sem <- true
			handle(item)
			<-sem
		}(item)
	}
	wg.Wait()
}

func weighted(ctx context.Context, items []int) {
	sem := semaphore.NewWeighted(8)
	for _, item := range items {
		go func() { // want R161
			if err := sem.Acquire(ctx, 1); err != nil {
				return
			}
			defer sem.Release(1)
			handle(item)
		}()
	}
}

func (w *worker) limitedField(sem chan struct{}, items []int) {
	for i := range items {
		go func() { // want R161
			sem <- struct{}{}
			handle(items[i])
			<-sem
		}()
	}
}

func weightedStatement(ctx context.Context, in chan int, sem *semaphore.Weighted) {
	for item := range in {
		go func() { // want R161
			err := sem.Acquire(ctx, 1)
			if err != nil {
				return
			}
			handle(item)
			sem.Release(1)
		}()
	}
}

// --- R170 ---

func addInside(items []int) {
	var wg sync.WaitGroup
	for _, item := range items {
		go func() {
			wg.Add(1) // want R170
			defer wg.Done()
			handle(item)
		}()
	}
	wg.Wait()
}

type pool struct{ wg sync.WaitGroup }

func (p *pool) start(f func()) {
	go func() {
		p.wg.Add(1) // want R170
		f()
		p.wg.Done()
	}()
}

func addInsidePointer(wg *sync.WaitGroup) {
	go func() {
		wg.Add(1) // want R170
		defer wg.Done()
	}()
}

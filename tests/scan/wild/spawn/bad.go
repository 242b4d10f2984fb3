// rules R160 R161

package spawn

import (
	"context"
	"database/sql"
	"encoding/json"
	"log"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/semaphore"
)

type order struct {
	ID    int64
	State string
}

type dispatcher struct {
	db    *sql.DB
	queue interface {
		Receive(context.Context) ([]json.RawMessage, error)
	}
	sem  chan struct{}
	gate *semaphore.Weighted
	wg   sync.WaitGroup
}

func (d *dispatcher) ship(ctx context.Context, o order) error { return nil }

// --- R160 ---

func (d *dispatcher) Run(ctx context.Context) {
	t := time.NewTicker(10 * time.Second)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
			orders, err := d.pending(ctx)
			if err != nil {
				log.Print(err)
				continue
			}
			for _, o := range orders {
				go d.ship(ctx, o) // want R160
			}
		}
	}
}

func (d *dispatcher) consume(ctx context.Context) error {
	for {
		messages, err := d.queue.Receive(ctx)
		if err != nil {
			return err
		}
		for _, raw := range messages {
			go func() { // want R160
				var o order
				if err := json.Unmarshal(raw, &o); err != nil {
					return
				}
				_ = d.ship(ctx, o)
			}()
		}
	}
}

// The group counts them, nobody waits in the loop.
func (d *dispatcher) sweep(ctx context.Context) {
	g, ctx := errgroup.WithContext(ctx)
	for range time.Tick(time.Minute) {
		orders, err := d.pending(ctx)
		if err != nil {
			break
		}
		for i := range orders {
			g.Go(func() error { // want R160
				return d.ship(ctx, orders[i])
			})
		}
	}
	_ = g.Wait()
}

func (d *dispatcher) poll(ctx context.Context) {
	for ctx.Err() == nil {
		rows, err := d.db.QueryContext(ctx, "SELECT id FROM orders WHERE state = 'new'")
		if err != nil {
			time.Sleep(time.Second)
			continue
		}
		for rows.Next() {
			var o order
			if err := rows.Scan(&o.ID); err != nil {
				break
			}
			d.wg.Add(1)
			go func(o order) { // want R160
				defer d.wg.Done()
				_ = d.ship(ctx, o)
			}(o)
		}
		rows.Close()
		time.Sleep(time.Second)
	}
	d.wg.Wait()
}

// --- R161 ---

func (d *dispatcher) shipAll(ctx context.Context, orders []order) {
	for _, o := range orders {
		d.wg.Add(1)
		go func(o order) { // want R161
			defer d.wg.Done()
			d.sem <- struct{}{}
			defer func() { <-d.sem }()
			_ = d.ship(ctx, o)
		}(o)
	}
	d.wg.Wait()
}

func (d *dispatcher) weighted(ctx context.Context, in <-chan order) {
	for o := range in {
		go func() { // want R161
			if err := d.gate.Acquire(ctx, 1); err != nil {
				return
			}
			defer d.gate.Release(1)
			_ = d.ship(ctx, o)
		}()
	}
}

func each[T any](limit int, items []T, work func(T)) {
	tokens := make(chan struct{}, limit)
	for range limit {
		tokens <- struct{}{}
	}
	var wg sync.WaitGroup
	for _, item := range items {
		wg.Add(1)
		go func() { // want R161
			defer wg.Done()
			token := <-tokens
			work(item)
			tokens <- token
		}()
	}
	wg.Wait()
}

func (d *dispatcher) cancellable(ctx context.Context, orders []order) error {
	limit := make(chan struct{}, 8)
	g, ctx := errgroup.WithContext(ctx)
	for _, o := range orders {
		g.Go(func() error { // want R161
			select {
			case limit <- struct{}{}:
				defer func() { <-limit }()
			case <-ctx.Done():
				return ctx.Err()
			}
			return d.ship(ctx, o)
		})
	}
	return g.Wait()
}

package spawn

import (
	"context"
	"net"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

func (d *dispatcher) pending(ctx context.Context) (orders []order, err error) {
	rows, err := d.db.QueryContext(ctx, "SELECT id, state FROM orders")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var o order
		if err := rows.Scan(&o.ID, &o.State); err != nil {
			return nil, err
		}
		orders = append(orders, o)
	}
	return orders, rows.Err()
}

// looks like R160
func (d *dispatcher) limited(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(16)
	for {
		orders, err := d.pending(ctx)
		if err != nil {
			return err
		}
		for _, o := range orders {
			g.Go(func() error { return d.ship(ctx, o) })
		}
	}
}

// looks like R160
func (d *dispatcher) rounds(ctx context.Context) {
	for range time.Tick(time.Minute) {
		orders, err := d.pending(ctx)
		if err != nil {
			return
		}
		var wg sync.WaitGroup
		for _, o := range orders {
			wg.Add(1)
			go func() {
				defer wg.Done()
				_ = d.ship(ctx, o)
			}()
		}
		wg.Wait()
	}
}

func (d *dispatcher) enter(ctx context.Context) bool {
	select {
	case d.sem <- struct{}{}:
		return true
	case <-ctx.Done():
		return false
	}
}

func (d *dispatcher) leave() { <-d.sem }

// The place is taken by a method, before go.
//
// looks like R160
func (d *dispatcher) admitted(ctx context.Context) {
	for {
		orders, err := d.pending(ctx)
		if err != nil {
			return
		}
		for _, o := range orders {
			if !d.enter(ctx) {
				return
			}
			go func() {
				defer d.leave()
				_ = d.ship(ctx, o)
			}()
		}
	}
}

// One for each connection, as every server does.
//
// looks like R160
func (d *dispatcher) accept(l net.Listener, serve func(net.Conn)) error {
	for {
		c, err := l.Accept()
		if err != nil {
			return err
		}
		go serve(c)
	}
}

// looks like R160
func (d *dispatcher) workers(ctx context.Context, n int) chan<- order {
	in := make(chan order)
	for i := 0; i < n; i++ {
		go func() {
			for {
				select {
				case o := <-in:
					_ = d.ship(ctx, o)
				case <-ctx.Done():
					return
				}
			}
		}()
	}
	return in
}

// looks like R161
func (d *dispatcher) before(ctx context.Context, orders []order) {
	var wg sync.WaitGroup
	for _, o := range orders {
		d.sem <- struct{}{}
		wg.Add(1)
		go func() {
			defer wg.Done()
			defer func() { <-d.sem }()
			_ = d.ship(ctx, o)
		}()
	}
	wg.Wait()
}

// looks like R161
func (d *dispatcher) gated(ctx context.Context, in <-chan order) error {
	for o := range in {
		if err := d.gate.Acquire(ctx, 1); err != nil {
			return err
		}
		go func(o order) {
			defer d.gate.Release(1)
			_ = d.ship(ctx, o)
		}(o)
	}
	return d.gate.Acquire(ctx, 8)
}

// What they send are results, not tokens.
//
// looks like R161
func (d *dispatcher) results(ctx context.Context, orders []order) (failed int) {
	errs := make(chan error, len(orders))
	for _, o := range orders {
		go func() { errs <- d.ship(ctx, o) }()
	}
	for range orders {
		if <-errs != nil {
			failed++
		}
	}
	return failed
}

// A fixed number of workers that share one writer.
//
// looks like R161
func (d *dispatcher) shared(ctx context.Context, in <-chan order, write func(order)) {
	turn := make(chan struct{}, 1)
	for i := 0; i < 4; i++ {
		go func() {
			for o := range in {
				if d.ship(ctx, o) != nil {
					continue
				}
				turn <- struct{}{}
				write(o)
				<-turn
			}
		}()
	}
}

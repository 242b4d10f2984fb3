package startstop

import (
	"context"
	"time"
)

type owner struct{ h *heartbeat }

func stopped() int {
	h := start()
	defer h.Stop()
	return h.Beats()
}

func closedHere() {
	h := start()
	close(h.stop)
}

func (o *owner) keeps() { o.h = start() }

func returned() *heartbeat { return start() }

func handedOn(register func(*heartbeat)) {
	h := start()
	register(h)
}

func kept(all map[string]*heartbeat) {
	h := start()
	all["x"] = h
}

// Ended by its context, which somebody else has.
func byContext(ctx context.Context) *owner {
	go func() {
		for {
			select {
			case <-ctx.Done():
				return
			case <-time.After(time.Second):
			}
		}
	}()
	return &owner{}
}

func forgetsWhatEndsItself(ctx context.Context) { byContext(ctx) }

// Runs once and is done.
func once() *heartbeat {
	h := &heartbeat{stop: make(chan struct{})}
	go func() { h.beats++ }()
	return h
}

func forgetsWhatIsDone() { once() }

func closedInLiteral() func() {
	h := start()
	return func() { h.Stop() }
}

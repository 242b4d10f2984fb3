package startstop

import (
	"context"
	"time"
)

type owner struct{ h *heartbeat }

// looks like R167
func stopped() int {
	h := start()
	defer h.Stop()
	return h.Beats()
}

// looks like R167
func closedHere() {
	h := start()
	close(h.stop)
}

// looks like R167
func (o *owner) keeps() { o.h = start() }

// looks like R167
func returned() *heartbeat { return start() }

// looks like R167
func handedOn(register func(*heartbeat)) {
	h := start()
	register(h)
}

// looks like R167
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

// looks like R167
func forgetsWhatEndsItself(ctx context.Context) { byContext(ctx) }

// Runs once and is done.
func once() *heartbeat {
	h := &heartbeat{stop: make(chan struct{})}
	go func() { h.beats++ }()
	return h
}

// looks like R167
func forgetsWhatIsDone() { once() }

// looks like R167
func closedInLiteral() func() {
	h := start()
	return func() { h.Stop() }
}

// looks like R167
func stoppedByContext(ctx context.Context) {
	h := start()
	context.AfterFunc(ctx, h.Stop)
}

func end(h *heartbeat) {
	if h != nil {
		h.Stop()
	}
}

// looks like R167
func byHelper() int {
	h := start()
	defer end(h)
	return h.Beats()
}

type stopper interface{ Stop() }

// looks like R167
func inList(all []stopper) []stopper {
	h := start()
	return append(all, h)
}

// looks like R167
func inStruct() *owner {
	h := start()
	return &owner{h: h}
}

// looks like R167
func sentOn(to chan<- *heartbeat) {
	h := start()
	to <- h
}

var process *heartbeat

// looks like R167
func global() {
	process = start()
}

// looks like R167
func closedWatcher() int {
	w := watch()
	defer w.Close()
	return w.seen
}

// looks like R167
func cancelled() int {
	w := watch()
	defer w.cancel()
	return w.seen
}

type reader struct {
	events chan int
	closed bool
}

func (r *reader) Close() { r.closed = true }

// What it reads are events; that it ends after a bad one is no sign that somebody has to end it.
func newReader(n int) (*reader, error) {
	r := &reader{events: make(chan int)}
	go func() {
		for {
			select {
			case e := <-r.events:
				if e < n {
					return
				}
			}
		}
	}()
	return r, nil
}

// looks like R167
func readOnce(n int) error {
	r, err := newReader(n)
	if err != nil {
		return err
	}
	defer r.Close()
	return nil
}

type worker struct{ quit chan struct{} }

func (w *worker) run() {
	for {
		select {
		case <-w.quit:
			return
		case <-time.After(time.Second):
		}
	}
}

type office struct{ workers []*worker }

func (o *office) hire() *worker {
	w := &worker{quit: make(chan struct{})}
	o.workers = append(o.workers, w)
	go w.run()
	return w
}

func (o *office) fire() {
	for _, w := range o.workers {
		close(w.quit)
	}
}

// looks like R167
func (o *office) fill(n int) {
	for range n {
		o.hire()
	}
}

// rules R167
package startstop

import (
	"context"
	"errors"
	"time"
)

type heartbeat struct {
	stop  chan struct{}
	beats int
}

func start() *heartbeat {
	h := &heartbeat{stop: make(chan struct{})}
	go h.loop()
	return h
}

func (h *heartbeat) loop() {
	for {
		select {
		case <-time.After(time.Second):
			h.beats++
		case <-h.stop:
			return
		}
	}
}

func (h *heartbeat) Stop()      { close(h.stop) }
func (h *heartbeat) Beats() int { return h.beats }

func startChecked(name string) (*heartbeat, error) {
	if name == "" {
		return nil, errors.New("no name")
	}
	h := &heartbeat{stop: make(chan struct{})}
	go func() {
		for {
			select {
			case <-h.stop:
				return
			case <-time.After(time.Second):
			}
		}
	}()
	return h, nil
}

func thrownAway() {
	start() // want R167
}

func blank() {
	_ = start() // want R167
}

func blankOfTwo(name string) error {
	_, err := startChecked(name) // want R167
	return err
}

func onlyAsked() int {
	h := start() // want R167
	return h.Beats()
}

func perUser(users []string) {
	for range users {
		start() // want R167
	}
}

func inLiteral() func() {
	return func() { start() } // want R167
}

func checkedAndForgotten(name string) (int, error) {
	h, err := startChecked(name) // want R167
	if err != nil {
		return 0, err
	}
	return h.Beats(), nil
}

func inBranch(wanted bool) {
	if wanted {
		start() // want R167
	}
}

// Ended by the context that it made itself.
type watcher struct {
	cancel context.CancelFunc
	seen   int
}

func watch() *watcher {
	ctx, cancel := context.WithCancel(context.Background())
	w := &watcher{cancel: cancel}
	go w.run(ctx)
	return w
}

func (w *watcher) run(ctx context.Context) {
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			w.seen++
		case <-ctx.Done():
			return
		}
	}
}

func (w *watcher) Close() { w.cancel() }

func look(path string) {
	watch() // want R167
	println(path)
}

// Labelled, and told by a second result.
type poller struct {
	quit chan struct{}
	last time.Time
}

func poll(every time.Duration) *poller {
	p := &poller{quit: make(chan struct{})}
	go p.loop(every)
	return p
}

func (p *poller) loop(every time.Duration) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
polling:
	for {
		select {
		case now := <-ticker.C:
			p.last = now
		case _, open := <-p.quit:
			if !open {
				break polling
			}
		}
	}
}

func (p *poller) Last() time.Time { return p.last }

func fresh() bool {
	p := poll(time.Second) // want R167
	return time.Since(p.Last()) < time.Minute
}

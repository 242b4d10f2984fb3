// rules R167
package startstop

import (
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

// Package quote asks a slow supplier and gives up after a while. The leaky form forgets that the supplier's answer still
// needs somebody to take it.
package quote

import (
	"errors"
	"sync/atomic"
	"time"

	"demo/service"
)

var errLate = errors.New("the supplier is late")

type supplier struct {
	delay    time.Duration
	patience time.Duration
	pending  int64
}

func (s *supplier) ask() int {
	time.Sleep(s.delay)
	return 42
}

// bestPrice: nobody receives once the timer has won, and the channel has no room.
func (s *supplier) bestPrice() (int, error) {
	answer := make(chan int)
	atomic.AddInt64(&s.pending, 1)
	go func() { // LEAK creator
		defer atomic.AddInt64(&s.pending, -1)
		answer <- s.ask() // LEAK blocked
	}()
	select {
	case price := <-answer:
		return price, nil
	case <-time.After(s.patience):
		return 0, errLate
	}
}

// bestPriceBuffered leaves room for the late answer.
func (s *supplier) bestPriceBuffered() (int, error) {
	answer := make(chan int, 1)
	atomic.AddInt64(&s.pending, 1)
	go func() {
		defer atomic.AddInt64(&s.pending, -1)
		answer <- s.ask()
	}()
	select {
	case price := <-answer:
		return price, nil
	case <-time.After(s.patience):
		return 0, errLate
	}
}

func start(call func(*supplier) (int, error)) (*service.Service, error) {
	s := &supplier{delay: 20 * time.Millisecond, patience: 5 * time.Millisecond}
	return &service.Service{
		Call: func() error { _, err := call(s); return err },
		Truth: func() map[string]interface{} {
			return map[string]interface{}{"leaked_objects": atomic.LoadInt64(&s.pending)}
		},
	}, nil
}

// Abandoned leaks one goroutine for each late answer.
func Abandoned(service.Options) (*service.Service, error) { return start((*supplier).bestPrice) }

// Buffered leaks none.
func Buffered(service.Options) (*service.Service, error) { return start((*supplier).bestPriceBuffered) }

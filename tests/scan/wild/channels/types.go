package channels

import (
	"errors"
	"sync"
	"time"
)

type sessions struct {
	wg   sync.WaitGroup
	quit chan struct{}
	seen map[string]time.Time
}

func newSessions() *sessions {
	return &sessions{quit: make(chan struct{}), seen: map[string]time.Time{}}
}

func (s *sessions) Close() { close(s.quit) }

func (s *sessions) touch(id string) {}

func render(id string) error { return nil }

func ask2(b backend, out chan<- result) {}

// monitor looks at a host until it is stopped.
type monitor struct {
	host string
	stop chan struct{}
	mu   sync.Mutex
	last string
}

func newMonitor(host string) *monitor {
	m := &monitor{host: host, stop: make(chan struct{})}
	go m.loop()
	return m
}

func openMonitor(host string) (*monitor, error) {
	if host == "" {
		return nil, errors.New("no host")
	}
	return newMonitor(host), nil
}

func (m *monitor) loop() {
	for {
		select {
		case <-m.stop:
			return
		case <-time.After(time.Second):
			m.mu.Lock()
			m.last = "up"
			m.mu.Unlock()
		}
	}
}

func (m *monitor) State() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.last
}

func (m *monitor) Stop() { close(m.stop) }

// counter starts a goroutine that ends by itself.
type counter struct{ n chan int }

func newCounter(values []int) *counter {
	c := &counter{n: make(chan int, 1)}
	go func() {
		sum := 0
		for _, v := range values {
			sum += v
		}
		c.n <- sum
	}()
	return c
}

// Package feed passes records through channels. Its faults are channels nobody closes, reads or ever made.
package feed

import (
	"sync/atomic"

	"demo/service"
)

type counter struct{ alive int64 }

func (c *counter) serve(call func(*counter)) (*service.Service, error) {
	return &service.Service{
		Call: func() error { call(c); return nil },
		Truth: func() map[string]interface{} {
			return map[string]interface{}{"leaked_objects": atomic.LoadInt64(&c.alive)}
		},
	}, nil
}

func (c *counter) consume(records <-chan int) {
	atomic.AddInt64(&c.alive, 1)
	defer atomic.AddInt64(&c.alive, -1)
	sum := 0
	for record := range records { // LEAK range
		sum += record
	}
}

func importUnclosed(c *counter) {
	records := make(chan int)
	go c.consume(records) // LEAK range-creator
	for i := 0; i < 3; i++ {
		records <- i
	}
}

func importClosed(c *counter) {
	records := make(chan int)
	defer close(records)
	go c.consume(records)
	for i := 0; i < 3; i++ {
		records <- i
	}
}

// Unclosed never closes what its consumers range over.
func Unclosed(service.Options) (*service.Service, error) { return new(counter).serve(importUnclosed) }

// Closed does.
func Closed(service.Options) (*service.Service, error) { return new(counter).serve(importClosed) }

type notifier struct{ updates chan string }

func (n *notifier) run(c *counter) {
	atomic.AddInt64(&c.alive, 1)
	<-n.updates // LEAK nil
	atomic.AddInt64(&c.alive, -1)
}

// Nil starts workers on a channel the constructor forgot to make.
func Nil(service.Options) (*service.Service, error) {
	return new(counter).serve(func(c *counter) {
		n := &notifier{}
		go n.run(c)
	})
}

func (n *notifier) park(c *counter) {
	atomic.AddInt64(&c.alive, 1)
	select {} // LEAK select
}

// Forever parks a goroutine for each call.
func Forever(service.Options) (*service.Service, error) {
	return new(counter).serve(func(c *counter) { go new(notifier).park(c) })
}

// receive waits for an answer whose producer has returned early with an error.
func (c *counter) receive(answers <-chan int) {
	atomic.AddInt64(&c.alive, 1)
	<-answers // LEAK receive
	atomic.AddInt64(&c.alive, -1)
}

// Orphaned receivers wait for producers that gave up.
func Orphaned(service.Options) (*service.Service, error) {
	return new(counter).serve(func(c *counter) {
		answers := make(chan int)
		go c.receive(answers)
	})
}

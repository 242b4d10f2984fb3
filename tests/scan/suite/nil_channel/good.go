// rules R169

package nilchannel

import (
	"context"
	"time"
)

// looks like R169
func made(v int) int {
	var out chan int
	out = make(chan int, 1)
	out <- v
	return <-out
}

// A nil channel switches a case off.
// looks like R169
func optional(ctx context.Context, d time.Duration) {
	var late <-chan time.Time
	if d > 0 {
		t := time.NewTimer(d)
		defer t.Stop()
		late = t.C
	}
	select {
	case <-late:
	case <-ctx.Done():
	}
}

// looks like R169
func buffered(in <-chan int, out chan<- int) {
	var pending []int
	for {
		var send chan<- int
		var first int
		if len(pending) > 0 {
			send = out
			first = pending[0]
		}
		select {
		case v, ok := <-in:
			if !ok {
				return
			}
			pending = append(pending, v)
		case send <- first:
			pending = pending[1:]
		}
	}
}

// The process lives on in its goroutines.
// looks like R169
func main() {
	go worker()
	select {}
}

func fill(c *chan int) { *c = make(chan int, 1) }

// looks like R169
func byAddress() int {
	var c chan int
	fill(&c)
	c <- 1
	return <-c
}

// looks like R169
func bySwitch(kind int) {
	var c chan int
	switch kind {
	case 0:
		c = make(chan int, 1)
	default:
		return
	}
	c <- 1
}

// looks like R169
func inLiteral() {
	var c chan int
	set := func() { c = make(chan int, 1) }
	set()
	c <- 1
}

// looks like R169
func parameter(c chan int) { <-c }

// looks like R169
func severalValues() {
	var a, b = make(chan int, 1), make(chan int, 1)
	a <- 1
	b <- <-a
}

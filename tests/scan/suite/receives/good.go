package receives

import (
	"context"
	"os"
	"os/signal"
	"time"
)

// looks like R177
func sent() {
	c := make(chan int)
	go receive2(c)
	c <- 1
}

func receive2(answers <-chan int) { use(<-answers) }

// looks like R177
func closed() {
	c := make(chan struct{})
	go func() { <-c; use(1) }()
	close(c)
}

// looks like R177
func deferred() {
	c := make(chan struct{})
	defer close(c)
	go func() { <-c }()
}

// looks like R177
func otherWay(ctx context.Context) {
	c := make(chan int)
	go func() {
		select {
		case v := <-c:
			use(v)
		case <-ctx.Done():
		}
	}()
}

// looks like R177
func handedOn(to func(chan int)) {
	c := make(chan int)
	go func() { use(<-c) }()
	to(c)
}

// looks like R177
func fromOther() {
	c := make(chan int)
	go func() { c <- 1 }()
	go func() { use(<-c) }()
}

// looks like R177
func returned() chan<- int {
	c := make(chan int)
	go func() { use(<-c) }()
	return c
}

type holder struct{ c chan int }

// looks like R177
func stored(h *holder) {
	c := make(chan int)
	h.c = c
	go func() { use(<-c) }()
}

// looks like R177
func closer() func() {
	c := make(chan struct{})
	go func() { <-c }()
	return func() { close(c) }
}

// looks like R177
func bySignal() {
	c := make(chan os.Signal, 1)
	signal.Notify(c, os.Interrupt)
	go func() {
		<-c
		os.Exit(1)
	}()
}

// looks like R177
func byTimer() {
	c := make(chan struct{})
	time.AfterFunc(time.Second, func() { close(c) })
	go func() { <-c; use(1) }()
}

// looks like R177
func tried(n int) {
	c := make(chan int)
	go func() { use(<-c) }()
	select {
	case c <- n:
	case <-time.After(time.Second):
		close(c)
	}
}

// looks like R177
func inLiteral() *holder {
	c := make(chan int)
	go func() { use(<-c) }()
	return &holder{c: c}
}

// looks like R177
func replaced(h *holder) {
	c := make(chan int)
	c = h.c
	go func() { use(<-c) }()
}

func shut(c chan int) { close(c) }

// looks like R177
func byHelper() {
	c := make(chan int)
	go func() { use(<-c) }()
	defer shut(c)
}

// looks like R177
func amongOthers(all map[string]chan int) {
	c := make(chan int)
	all["x"] = c
	go func() { use(<-c) }()
}

package receives

import "context"

func sent() {
	c := make(chan int)
	go receive2(c)
	c <- 1
}

func receive2(answers <-chan int) { use(<-answers) }

func closed() {
	c := make(chan struct{})
	go func() { <-c; use(1) }()
	close(c)
}

func deferred() {
	c := make(chan struct{})
	defer close(c)
	go func() { <-c }()
}

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

func handedOn(to func(chan int)) {
	c := make(chan int)
	go func() { use(<-c) }()
	to(c)
}

func fromOther() {
	c := make(chan int)
	go func() { c <- 1 }()
	go func() { use(<-c) }()
}

func returned() chan<- int {
	c := make(chan int)
	go func() { use(<-c) }()
	return c
}

type holder struct{ c chan int }

func stored(h *holder) {
	c := make(chan int)
	h.c = c
	go func() { use(<-c) }()
}

func closer() func() {
	c := make(chan struct{})
	go func() { <-c }()
	return func() { close(c) }
}

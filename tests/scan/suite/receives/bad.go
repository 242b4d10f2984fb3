// rules R177
package receives

import "sync"

func use(int) {}

func receive(answers <-chan int) { use(<-answers) } // want R177

func orphaned() {
	answers := make(chan int)
	go receive(answers)
}

func literal() {
	done := make(chan struct{})
	go func() {
		<-done // want R177
		use(1)
	}()
}

func buffered() {
	done := make(chan int, 1)
	go func() {
		use(<-done) // want R177
	}()
}

func byArgument() {
	c := make(chan int)
	go func(in chan int) {
		v := <-in // want R177
		use(v)
	}(c)
}

func loneSelect() {
	c := make(chan int)
	go func() {
		select {
		case v := <-c: // want R177
			use(v)
		}
	}()
}

func inLoop() {
	c := make(chan int)
	go func() {
		for {
			use(<-c) // want R177
		}
	}()
}

func okForm() {
	c := make(chan int)
	go func() {
		if v, ok := <-c; ok { // want R177
			use(v)
		}
	}()
}

func measured() int {
	c := make(chan int)
	go func() {
		use(<-c) // want R177
	}()
	return len(c)
}

type answer[T any] struct{ v T }

func await[T any](c <-chan answer[T]) T {
	a := <-c // want R177
	return a.v
}

func generic() {
	c := make(chan answer[int])
	go await(c)
}

type waiter struct{ n int }

func (w *waiter) wait(done <-chan struct{}) {
	<-done // want R177
	w.n++
}

func method(w *waiter) {
	done := make(chan struct{})
	go w.wait(done)
}

func declared(names []string) {
	var c chan string = make(chan string, len(names))
	var wg sync.WaitGroup
	for range names {
		wg.Add(1)
		go func() {
			defer wg.Done()
			println(<-c) // want R177
		}()
	}
	wg.Wait()
}

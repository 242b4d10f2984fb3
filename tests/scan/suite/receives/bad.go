// rules R177
package receives

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

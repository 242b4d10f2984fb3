// rules R169

package nilchannel

import "time"

// Declared, not made, and read in a goroutine.
func waits() {
	var done chan struct{}
	go func() {
		<-done // want R169
		println("done")
	}()
}

func sends(v int) {
	var out chan int
	out <- v // want R169
}

type job struct{ f func() }

func (j job) start() {
	var finished chan bool
	go func() {
		j.f()
		finished <- true // want R169
	}()
	time.Sleep(time.Second)
}

func worker() {
	go park()
}

// Not main: it parks a goroutine for each call.
func park() {
	println("parked")
	select {} // want R169
}

// go 1.20

package timers

import (
	"os"
	"os/signal"
	"sync"
	"time"
)

func tick(n int) {
	for range time.Tick(time.Second) { // want R150
		n--
		if n == 0 {
			return
		}
	}
}

func tickSelect(stop chan struct{}) {
	t := time.Tick(time.Minute) // want R150
	for {
		select {
		case <-t:
		case <-stop:
			return
		}
	}
}

func after(in chan int, stop chan struct{}) {
	for {
		select {
		case <-in:
		case <-time.After(time.Minute): // want R151
			return
		case <-stop:
			return
		}
	}
}

func afterInRange(in chan int, out chan int) {
	for v := range in {
		select {
		case out <- v:
		case <-time.After(10 * time.Second): // want R151
		}
	}
}

func ticker(stop chan struct{}) {
	t := time.NewTicker(time.Second) // want R152
	for {
		select {
		case <-t.C:
		case <-stop:
			return
		}
	}
}

func tickerOnePath(stop chan struct{}, ok bool) {
	t := time.NewTicker(time.Second) // want R152
	if !ok {
		return
	}
	<-t.C
	t.Stop()
}

func waitFor(ready func() bool) bool {
	t := time.NewTicker(time.Millisecond) // want R152
	for i := 0; i < 10; i++ {
		<-t.C
		if ready() {
			return true
		}
	}
	return false
}

func notify() {
	c := make(chan os.Signal)
	signal.Notify(c, os.Interrupt) // want R155
	<-c
}

func perLoop(jobs []func()) {
	for _, job := range jobs {
		wait(job)
	}
}

func wait(job func()) {
	c := make(chan os.Signal, 1)
	signal.Notify(c, os.Interrupt) // want R155
	job()
	<-c
}

func endless(mu *sync.Mutex, work func()) {
	for {
		mu.Lock()
		defer mu.Unlock() // want R187
		work()
	}
}

func endlessRecover(jobs chan func()) {
	for {
		job := <-jobs
		defer func() { recover() }() // want R187
		job()
	}
}

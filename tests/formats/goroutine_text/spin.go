//go:build ignore

// Three goroutines run without end: GOTRACEBACK=crash prints each from the thread that runs it.
package main

import "runtime"

func spin(n int) {
	for {
		n++
	}
}

func main() {
	runtime.GOMAXPROCS(4)
	stop := make(chan int)
	for i := range 3 {
		go spin(i)
	}
	<-stop
}

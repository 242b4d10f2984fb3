//go:build ignore

// Blocks goroutines inside a synctest bubble and prints debug=2. Go 1.24 only: GOEXPERIMENT=synctest.
package main

import (
	"os"
	"runtime/pprof"
	"sync"
	"testing/synctest"
	"time"
)

func main() {
	synctest.Run(func() {
		stop := make(chan int)
		var group sync.WaitGroup
		group.Add(1)
		go func() { <-stop }()
		go func() { time.Sleep(time.Hour) }()
		go group.Wait()
		synctest.Wait()
		pprof.Lookup("goroutine").WriteTo(os.Stdout, 2)
		group.Done()
		close(stop)
	})
}

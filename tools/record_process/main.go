// A process with little in it and something of everything: what tests/formats/go_process/ has a core file of.
package main

import (
	"os"
	"runtime"
	"time"
)

// Before anything is allocated: every allocation of 512 bytes is likely to be sampled.
var _ = setRate()

func setRate() bool {
	runtime.MemProfileRate = 512
	return true
}

var kept [][]byte

//go:noinline
func keep(n int) { kept = append(kept, make([]byte, n)) }

func receive(from chan int) { <-from }

func main() {
	for i := 0; i < 40; i++ {
		keep(1000)
	}
	keep(64 << 10)
	never := make(chan int)
	for i := 0; i < 3; i++ {
		go receive(never)
	}
	go func() { select {} }()
	time.Sleep(50 * time.Millisecond)
	runtime.GC()
	runtime.GC()
	sites, _ := runtime.MemProfile(nil, true)
	println(os.Getpid(), sites)
	time.Sleep(time.Hour)
}

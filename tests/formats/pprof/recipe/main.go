// A small service that keeps what it should drop: buffers, goroutines, blocked locks. Writes every profile into a folder.
package main

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"runtime"
	"runtime/pprof"
	"sync"
	"time"
)

var cache = map[string][]byte{}

//go:noinline
func store(key string, n int) { cache[key] = make([]byte, n) }

func fill(n int) {
	for i := 0; i < n; i++ {
		store(fmt.Sprint("order-", i), 4096)
	}
}

type worker struct{ jobs chan int }

func (w *worker) run() {
	for range w.jobs {
	}
}

func hold[T any](mu *sync.Mutex, v T) T {
	mu.Lock()
	defer mu.Unlock()
	time.Sleep(5 * time.Millisecond)
	return v
}

func main() {
	dir := os.Args[1]
	runtime.MemProfileRate = 4096
	runtime.SetBlockProfileRate(1)
	runtime.SetMutexProfileFraction(1)
	fill(500)
	for i := 0; i < 7; i++ {
		go (&worker{make(chan int)}).run()
	}
	for i := 0; i < 3; i++ {
		ch := make(chan string)
		pprof.Do(context.Background(), pprof.Labels("route", "/orders", "tenant", "a\"b"), func(context.Context) {
			go func() { ch <- "x" }()
		})
	}
	var mu, stuck sync.Mutex
	stuck.Lock()
	go func() { stuck.Lock() }()
	var wg sync.WaitGroup
	wg.Add(1)
	go wg.Wait()
	go func() { select {} }()
	go time.Sleep(time.Hour)
	l, _ := net.Listen("tcp", "127.0.0.1:0")
	go l.Accept()
	var done sync.WaitGroup
	for i := 0; i < 4; i++ {
		done.Add(1)
		go func(i int) { hold(&mu, i); done.Done() }(i)
	}
	done.Wait()
	cpu, _ := os.Create(dir + "/cpu.pb.gz")
	pprof.StartCPUProfile(cpu)
	end := time.Now().Add(300 * time.Millisecond)
	x := 0
	for time.Now().Before(end) {
		x += bytes.Count([]byte("abcabc"), []byte("b"))
	}
	pprof.StopCPUProfile()
	cpu.Close()
	runtime.GC()
	for _, p := range []string{"goroutine", "goroutineleak", "heap", "allocs", "threadcreate", "block", "mutex"} {
		if pprof.Lookup(p) == nil {
			continue
		}
		for d, name := range map[int]string{0: ".pb.gz", 1: ".txt"} {
			f, _ := os.Create(dir + "/" + p + name)
			pprof.Lookup(p).WriteTo(f, d)
			f.Close()
		}
	}
}

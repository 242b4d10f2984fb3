//go:build ignore

// Blocks one goroutine in each way the text formats tell apart, then prints what it was asked for:
//
//	leaky debug2 | debug1 | leak1 | leak2 | threads   the profile of that name, to standard output
//	leaky sigquit                                     waits to be ended by SIGQUIT
//	leaky panic                                       panics with all other goroutines blocked
//
// tests/formats/goroutine_text/README.md says how the fixtures beside it were made.
package main

import (
	"context"
	"net"
	"os"
	"runtime"
	"runtime/pprof"
	"sync"
	"time"
)

type store[K comparable, V any] struct {
	mu   sync.Mutex
	data map[K]V
}

//go:noinline
func (s *store[K, V]) get(key K) V {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.data[key]
}

type request struct {
	name string
	ids  []int
	when time.Duration
}

//go:noinline
func serve(r request, out chan<- int, a, b, c, d, e, f, g int) {
	out <- len(r.ids) + a + b + c + d + e + f + g
}

//go:noinline
func dive(depth int, stop chan struct{}) int {
	if depth == 0 {
		<-stop
		return 0
	}
	return dive(depth-1, stop) + 1
}

func main() {
	var (
		mutex store[string, int]
		rw    sync.RWMutex
		group sync.WaitGroup
		never = make(chan int)
		stop  = make(chan struct{})
	)
	mutex.mu.Lock()
	rw.Lock()
	group.Add(1)
	cond := sync.NewCond(&sync.Mutex{})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	go listener.Accept()
	go mutex.get("key")
	go rw.RLock()
	go func() { rw.Lock() }()
	go group.Wait()
	go func() { cond.L.Lock(); cond.Wait() }()
	go serve(request{"a", []int{1, 2}, 3}, never, 1, 2, 3, 4, 5, 6, 7)
	go func() { <-never }()
	go func() { var none chan int; none <- 1 }()
	go func() { var none chan int; <-none }()
	go func() { select {} }()
	go func() {
		select {
		case <-never:
		case <-stop:
		}
	}()
	go time.Sleep(time.Hour)
	go dive(120, stop)
	go func() { runtime.LockOSThread(); <-stop }()
	pprof.Do(context.Background(), pprof.Labels("tenant", "acme, \"inc\"", "route", "/v1/users"), func(context.Context) {
		for i := 0; i < 3; i++ {
			go func() { <-stop }()
		}
	})
	time.Sleep(200 * time.Millisecond)
	switch os.Args[1] {
	case "debug2":
		pprof.Lookup("goroutine").WriteTo(os.Stdout, 2)
	case "debug1":
		pprof.Lookup("goroutine").WriteTo(os.Stdout, 1)
	case "leak1":
		pprof.Lookup("goroutineleak").WriteTo(os.Stdout, 1)
	case "leak2":
		pprof.Lookup("goroutineleak").WriteTo(os.Stdout, 2)
	case "threads":
		pprof.Lookup("threadcreate").WriteTo(os.Stdout, 1)
	case "sigquit":
		select {
		case <-stop:
		case <-time.After(time.Minute):
		}
	case "panic":
		panic("out of cheese")
	}
	runtime.KeepAlive(&mutex)
}

// Writes one profile of each kind that Go's runtime makes, of work whose frames are awkward on purpose: recursion, generics,
// closures, inlined calls, labels. record.py builds and runs it with several Go versions.
//
//	recorder FOLDER
package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"sort"
	"strings"
	"sync"
	"time"

	"example.com/recorder/store"
)

var kept []any // what the heap profile is to show

// fib recurses: its cumulative value must be counted once per stack.
func fib(n int) int {
	if n < 2 {
		return n
	}
	return fib(n-1) + fib(n-2)
}

// add and twice are inlined into burn, two levels deep.
func add(a, b int) int { return a*31 + b }
func twice(a, b int) int {
	return add(a, b) + add(b, a)
}

func burn(until time.Time) (sum int) {
	for time.Now().Before(until) {
		for i := 0; i < 1000; i++ {
			sum = twice(sum, i)
		}
		sum += fib(18)
		words := strings.Fields("the quick brown fox jumps over the lazy dog")
		sort.Strings(words)
		sum += len(words)
	}
	return sum
}

func profileCPU(path string) {
	out, err := os.Create(path)
	check(err)
	check(pprof.StartCPUProfile(out))
	var group sync.WaitGroup
	for i, tenant := range []string{"acme", "globex", "initech"} {
		group.Add(1)
		go func(tenant string, share time.Duration) {
			defer group.Done()
			labels := pprof.Labels("tenant", tenant, "handler", "/orders/{id}")
			pprof.Do(context.Background(), labels, func(context.Context) {
				burn(time.Now().Add(share * 500 * time.Millisecond))
			})
		}(tenant, time.Duration(i+1))
	}
	group.Wait()
	pprof.StopCPUProfile()
	check(out.Close())
}

func allocate() {
	orders := store.New[string, [64]byte]()
	for i := 0; i < 400; i++ {
		orders.Put(fmt.Sprint("order-", i), [64]byte{})
		orders.Put(fmt.Sprint("order-", i%50), [64]byte{})
	}
	kept = append(kept, orders)
	lists := store.New[int, []byte]()
	for i := 0; i < 200; i++ {
		lists.Put(i, make([]byte, 1<<(i%14)))
	}
	kept = append(kept, lists)
	func() {
		kept = append(kept, func() any { return make([]int, 300_000) }())
	}()
	for i := 0; i < 100; i++ {
		_ = strings.Repeat("gone", i*10) // allocated, not in use
	}
}

// wait holds goroutines in three kinds of waiting, some of them labelled.
func wait(forever <-chan struct{}) {
	for i := 0; i < 17; i++ {
		go func() { <-forever }()
	}
	for i := 0; i < 5; i++ {
		go pprof.Do(context.Background(), pprof.Labels("worker", fmt.Sprint(i%2)), func(context.Context) {
			select {
			case <-forever:
			case <-time.After(time.Hour):
			}
		})
	}
	var lock sync.Mutex
	lock.Lock()
	for i := 0; i < 3; i++ {
		go lock.Lock()
	}
}

// contend makes every goroutine wait for the lock, and waits on channels.
func contend() {
	var lock sync.Mutex
	var group sync.WaitGroup
	for i := 0; i < 8; i++ {
		group.Add(1)
		go func(i int) {
			defer group.Done()
			for n := 0; n < 5; n++ {
				lock.Lock()
				time.Sleep(time.Duration(i%3) * 200 * time.Microsecond)
				lock.Unlock()
			}
		}(i)
	}
	group.Wait()
	ticks := make(chan int)
	go func() {
		for i := 0; i < 20; i++ {
			time.Sleep(100 * time.Microsecond)
			ticks <- i
		}
		close(ticks)
	}()
	for range ticks {
	}
}

func threads() {
	var group sync.WaitGroup
	for i := 0; i < 6; i++ {
		group.Add(1)
		go func() {
			defer group.Done()
			runtime.LockOSThread()
			time.Sleep(5 * time.Millisecond)
		}()
	}
	group.Wait()
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "recorder:", err)
		os.Exit(1)
	}
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: recorder FOLDER")
		os.Exit(2)
	}
	folder := os.Args[1]
	runtime.MemProfileRate = 512
	runtime.SetMutexProfileFraction(1)
	runtime.SetBlockProfileRate(1)
	allocate()
	profileCPU(filepath.Join(folder, "cpu.pb.gz"))
	contend()
	threads()
	forever := make(chan struct{})
	wait(forever)
	time.Sleep(50 * time.Millisecond)
	runtime.GC()
	runtime.GC()
	for _, kind := range []string{"heap", "allocs", "goroutine", "mutex", "block", "threadcreate"} {
		for debug, suffix := range []string{"pb.gz", "debug1.txt"} {
			out, err := os.Create(filepath.Join(folder, kind+"."+suffix))
			check(err)
			check(pprof.Lookup(kind).WriteTo(out, debug))
			check(out.Close())
		}
	}
	runtime.KeepAlive(kept)
}

package main

import "sync"

// startBusy lets n goroutines at a time be created, wait a moment and end, for good. Every stack one can have: movingSpawn starts
// movingA, which calls movingB, which calls movingC, deeper or less deep.
func startBusy(n int) {
	for i := 0; i < n; i++ {
		go movingSpawn(i)
	}
}

func movingSpawn(seed int) {
	meet := make(chan int)
	for i := seed; ; i++ {
		var group sync.WaitGroup
		group.Add(2)
		go movingA(&group, meet, i%40)
		go movingA(&group, meet, -1-i%40)
		group.Wait()
	}
}

//go:noinline
func movingA(group *sync.WaitGroup, meet chan int, n int) {
	defer group.Done()
	if n < 0 {
		movingB(-1-n, func() { meet <- n })
	} else {
		movingB(n, func() { <-meet })
	}
}

//go:noinline
func movingB(n int, meet func()) {
	if n > 0 {
		movingB(n-1, meet)
		return
	}
	movingC(meet)
}

//go:noinline
func movingC(meet func()) { meet() }

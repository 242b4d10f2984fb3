package main

import (
	"fmt"
	"sync"
	"time"
)

// heartbeat knows whether the process stood still: it beats every millisecond.
var heartbeat struct {
	sync.Mutex
	beats   int
	longest time.Duration
}

func startHeartbeat() {
	go movingHeart()
}

func movingHeart() {
	last := time.Now()
	for {
		time.Sleep(time.Millisecond)
		now := time.Now()
		heartbeat.Lock()
		heartbeat.beats++
		if gap := now.Sub(last); gap > heartbeat.longest {
			heartbeat.longest = gap
		}
		heartbeat.Unlock()
		last = now
	}
}

// heartbeatTruth says beats and the longest gap in nanoseconds since it was last asked.
func heartbeatTruth() string {
	heartbeat.Lock()
	defer heartbeat.Unlock()
	said := fmt.Sprintf("%d %d\n", heartbeat.beats, heartbeat.longest.Nanoseconds())
	heartbeat.beats, heartbeat.longest = 0, 0
	return said
}

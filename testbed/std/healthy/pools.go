// Package healthy holds services that look like leaks to a tool that counts and does not think. None of them leaks.
package healthy

import (
	"crypto/sha256"
	"sync"
	"sync/atomic"
	"time"

	"demo/service"
)

// Pool has -limit (default 500) workers that wait for work.
func Pool(o service.Options) (*service.Service, error) {
	limit := o.Limit
	if limit == 0 {
		limit = 500
	}
	jobs := make(chan func())
	for i := 0; i < limit; i++ {
		go poolWorker(jobs)
	}
	return &service.Service{Call: func() error {
		var done sync.WaitGroup
		done.Add(1)
		jobs <- func() { spin(50); done.Done() }
		done.Wait()
		return nil
	}}, nil
}

func poolWorker(jobs <-chan func()) {
	for job := range jobs {
		job()
	}
}

func spin(rounds int) [32]byte {
	var sum [32]byte
	for i := 0; i < rounds; i++ {
		sum = sha256.Sum256(sum[:])
	}
	return sum
}

// Sleepers is a pool of -limit (default 300) goroutines that wake up now and then.
func Sleepers(o service.Options) (*service.Service, error) {
	limit := o.Limit
	if limit == 0 {
		limit = 300
	}
	for i := 0; i < limit; i++ {
		go sleeper(200*time.Millisecond + time.Duration(i)*time.Millisecond)
	}
	return &service.Service{}, nil
}

func sleeper(period time.Duration) {
	for {
		spin(1)
		time.Sleep(period)
	}
}

// Tasks starts a goroutine for each call; each ends after -timeout. With a burst of calls it is a spike that drains, with
// a steady rate a level, with a swinging rate a sawtooth.
func Tasks(o service.Options) (*service.Service, error) {
	var alive int64
	return &service.Service{
		Call: func() error {
			atomic.AddInt64(&alive, 1)
			go task(o.Timeout, &alive)
			return nil
		},
		Truth: func() map[string]interface{} { return map[string]interface{}{"alive": atomic.LoadInt64(&alive)} },
	}, nil
}

func task(d time.Duration, alive *int64) {
	defer atomic.AddInt64(alive, -1)
	timer := time.NewTimer(d)
	defer timer.Stop()
	<-timer.C
	spin(1)
}

// Busy has many short goroutines that fight for one lock and get on with it.
func Busy(o service.Options) (*service.Service, error) {
	var mu sync.Mutex
	counts := map[int]int{}
	return &service.Service{Call: func() error {
		var all sync.WaitGroup
		for i := 0; i < 50; i++ {
			all.Add(1)
			go func(i int) {
				defer all.Done()
				mu.Lock()
				defer mu.Unlock()
				spin(20)
				counts[i]++
			}(i)
		}
		all.Wait()
		return nil
	}}, nil
}

package endlessdefer

import (
	"net"
	"os"
	"sync"
)

// looks like R187
func ownFunction(l net.Listener) {
	for {
		conn, err := l.Accept()
		if err != nil {
			continue
		}
		func() {
			defer conn.Close()
			conn.Write([]byte("hi"))
		}()
	}
}

// It leaves at an error.
// looks like R187
func leaves(l net.Listener) error {
	for {
		conn, err := l.Accept()
		if err != nil {
			return err
		}
		conn.Close()
	}
}

// looks like R187
func beforeLoop(mu *sync.Mutex, work func()) {
	mu.Lock()
	defer mu.Unlock()
	for {
		work()
	}
}

// looks like R187
func labelled(stop chan struct{}, jobs chan func()) {
	var wg sync.WaitGroup
loop:
	for {
		select {
		case <-stop:
			break loop
		case job := <-jobs:
			wg.Add(1)
			go func() {
				defer wg.Done()
				job()
			}()
		}
	}
	wg.Wait()
}

// The round that defers is the last.
// looks like R187
func lastRound(open func() (*os.File, error)) error {
	for {
		f, err := open()
		if err != nil {
			continue
		}
		defer f.Close()
		_, err = f.WriteString("x")
		return err
	}
}

// looks like R187
func goroutines(jobs chan func()) {
	for {
		job := <-jobs
		go func() {
			defer println("done")
			job()
		}()
	}
}

// looks like R187
func guarded(job func()) {
	defer func() { recover() }()
	job()
}

// looks like R187
func byHelper(jobs chan func()) {
	for {
		guarded(<-jobs)
	}
}

// looks like R187
func finite(n int, mu *sync.Mutex) {
	for i := 0; ; i++ {
		if i == n {
			break
		}
		mu.Lock()
		mu.Unlock()
	}
	defer println("end")
}

// rules R187

package endlessdefer

import (
	"net"
	"os"
	"sync"
)

func accept(l net.Listener) {
	for {
		conn, err := l.Accept()
		if err != nil {
			continue
		}
		defer conn.Close() // want R187
		conn.Write([]byte("hi"))
	}
}

type queue struct {
	mu   sync.Mutex
	jobs chan func()
}

func (q *queue) run() {
	for {
		q.mu.Lock()
		defer q.mu.Unlock() // want R187
		(<-q.jobs)()
	}
}

func (q *queue) spawned() {
	go func() {
		for {
			job := <-q.jobs
			defer println("done") // want R187
			job()
		}
	}()
}

func (q *queue) selected(quiet chan struct{}) {
	for {
		select {
		case job := <-q.jobs:
			defer job() // want R187
		case <-quiet:
		}
	}
}

func rotated(name string, lines chan string) {
	for {
		f, err := os.Create(name)
		if err != nil {
			panic(err)
		}
		defer f.Close() // want R187
		for i := 0; i < 1000; i++ {
			f.WriteString(<-lines)
		}
	}
}

// The break leaves the select, not the loop.
func breakOut(stop chan struct{}, wg *sync.WaitGroup) {
	for {
		wg.Add(1)
		defer wg.Done() // want R187
		select {
		case <-stop:
			break
		}
	}
}

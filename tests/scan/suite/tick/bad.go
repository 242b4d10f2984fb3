// go 1.20
// rules R150 R151 R152

package tick

import (
	"context"
	"errors"
	"net/http"
	"time"
)

// --- R150 ---

func untilDone(ctx context.Context, f func()) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.Tick(time.Second): // want R150
			f()
		}
	}
}

func waitReady(ready func() bool) {
	for range time.Tick(10 * time.Millisecond) { // want R150
		if ready() {
			break
		}
	}
}

func handle(w http.ResponseWriter, r *http.Request) {
	c := time.Tick(time.Second) // want R150
	for i := 0; i < 3; i++ {
		<-c
		w.Write([]byte("."))
	}
}

func paced(items []string, send func(string) error) error {
	pace := time.Tick(time.Millisecond) // want R150
	for _, item := range items {
		<-pace
		if err := send(item); err != nil {
			return err
		}
	}
	return nil
}

type watcher struct{ stop chan struct{} }

func (w *watcher) run(every time.Duration) {
	tick := time.Tick(every) // want R150
	for {
		select {
		case <-w.stop:
			return
		case <-tick:
		}
	}
}

func onePulse(d time.Duration) time.Time {
	return <-time.Tick(d) // want R150
}

// --- R151 ---

func batch(in <-chan int, flush func([]int)) {
	var all []int
	for {
		select {
		case v := <-in:
			all = append(all, v)
		case <-time.After(time.Minute): // want R151
			flush(all)
			all = nil
		}
	}
}

func (w *watcher) events(in <-chan string) {
	for {
		select {
		case s, ok := <-in:
			if ok {
				print(s)
			}
		case <-w.stop:
			return
		case <-time.After(5 * time.Minute): // want R151
			print("quiet")
		}
	}
}

func forwarded(in <-chan int, out chan<- int) (lost int) {
	for v := range in {
		select {
		case out <- v:
		case <-time.After(time.Hour): // want R151
			lost++
		}
	}
	return lost
}

func heartbeat(in <-chan []byte, write func([]byte) error) error {
	for {
		var err error
		select {
		case b := <-in:
			err = write(b)
		case <-time.After(30 * time.Second): // want R151
			err = write(nil)
		}
		if err != nil {
			return err
		}
	}
}

func counted(in <-chan int, n int) error {
	for i := 0; i < n; i++ {
		select {
		case <-in:
		case <-time.After(time.Minute): // want R151
			return errors.New("late")
		}
	}
	return nil
}

func labelled(in <-chan int) {
loop:
	for {
		select {
		case <-in:
			continue loop
		case <-time.After(time.Minute): // want R151
			break loop
		}
	}
}

// --- R152 ---

func (w *watcher) ticker(every time.Duration, f func() error) error {
	t := time.NewTicker(every) // want R152
	for range t.C {
		if err := f(); err != nil {
			return err
		}
	}
	return nil
}

func handleTicker(w http.ResponseWriter, r *http.Request) {
	t := time.NewTicker(time.Second) // want R152
	for {
		select {
		case <-r.Context().Done():
			return
		case <-t.C:
			w.Write([]byte("."))
		}
	}
}

func stoppedOnce(done <-chan struct{}, limit int) bool {
	t := time.NewTicker(time.Second) // want R152
	for i := 0; i < limit; i++ {
		select {
		case <-done:
			t.Stop()
			return true
		case <-t.C:
		}
	}
	return false
}

func channelOnly(d time.Duration) <-chan time.Time {
	return time.NewTicker(d).C // want R152
}

func reset(f func() time.Duration) {
	t := time.NewTicker(time.Second) // want R152
	for i := 0; i < 10; i++ {
		<-t.C
		t.Reset(f())
	}
}

func oneWayOut(events <-chan int, wait time.Duration) int {
	for {
		select {
		case e := <-events:
			if e < 0 {
				return e
			}
		case <-time.After(wait): // want R151
			return 0
		}
	}
}

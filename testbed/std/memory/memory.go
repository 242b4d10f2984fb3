// Package memory holds on to things that are no goroutines: objects, files, threads.
package memory

import (
	"os"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"

	"demo/service"
)

type profile struct {
	name string
	blob []byte
}

// cache of user profiles; unbounded unless it has a limit.
type cache struct {
	mu     sync.Mutex
	byUser map[string]*profile
	order  []string
	limit  int
	size   int
	next   int
}

func (c *cache) load(user string) *profile {
	return &profile{name: user, blob: make([]byte, c.size)} // LEAK map
}

func (c *cache) visit() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.next++
	user := "user-" + strconv.Itoa(c.next)
	c.byUser[user] = c.load(user) // LEAK map-entry
	if c.limit == 0 {
		return nil
	}
	c.order = append(c.order, user)
	if len(c.order) > c.limit {
		delete(c.byUser, c.order[0])
		c.order = c.order[1:]
	}
	return nil
}

func newCache(o service.Options, limit int) (*service.Service, error) {
	c := &cache{byUser: map[string]*profile{}, limit: limit, size: o.Size}
	if c.size == 0 {
		c.size = 8192
	}
	return &service.Service{Call: c.visit, Truth: func() map[string]interface{} {
		c.mu.Lock()
		defer c.mu.Unlock()
		return map[string]interface{}{"leaked_objects": len(c.byUser), "leaked_bytes": len(c.byUser) * c.size}
	}}, nil
}

// Growing keeps every profile it has ever seen.
func Growing(o service.Options) (*service.Service, error) { return newCache(o, 0) }

// Bounded keeps -limit (default 2000) of them.
func Bounded(o service.Options) (*service.Service, error) {
	limit := o.Limit
	if limit == 0 {
		limit = 2000
	}
	return newCache(o, limit)
}

// spool opens a file for each call.
type spool struct {
	mu    sync.Mutex
	files []*os.File
	keep  bool
}

func (s *spool) write() error {
	file, err := os.Open("/etc/hostname") // LEAK fd
	if err != nil {
		return err
	}
	if !s.keep {
		return file.Close()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	// Kept reachable: an unreachable *os.File is closed by its finalizer.
	s.files = append(s.files, file)
	return nil
}

func newSpool(keep bool) (*service.Service, error) {
	s := &spool{keep: keep}
	return &service.Service{Call: s.write, Truth: func() map[string]interface{} {
		s.mu.Lock()
		defer s.mu.Unlock()
		return map[string]interface{}{"leaked_objects": len(s.files)}
	}}, nil
}

// OpenFiles never closes them.
func OpenFiles(service.Options) (*service.Service, error) { return newSpool(true) }

// ClosedFiles does.
func ClosedFiles(service.Options) (*service.Service, error) { return newSpool(false) }

// device needs a thread of its own, as graphics and some C libraries do.
type device struct{ commands chan func() }

func (d *device) run(alive *int64) {
	runtime.LockOSThread()
	atomic.AddInt64(alive, 1)
	defer atomic.AddInt64(alive, -1)
	for command := range d.commands { // LEAK thread
		command()
	}
}

func newDevices(end bool) (*service.Service, error) {
	var alive int64
	return &service.Service{
		Call: func() error {
			d := &device{commands: make(chan func())}
			go d.run(&alive) // LEAK thread-creator
			d.commands <- func() {}
			if end {
				close(d.commands)
			}
			return nil
		},
		Truth: func() map[string]interface{} {
			return map[string]interface{}{"leaked_objects": atomic.LoadInt64(&alive)}
		},
	}, nil
}

// Threads never ends its devices.
func Threads(service.Options) (*service.Service, error) { return newDevices(false) }

// EndedThreads does.
func EndedThreads(service.Options) (*service.Service, error) { return newDevices(true) }

package memory

import (
	"os"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"syscall"

	"demo/service"
)

// Idle has a peak behind it and gives nothing back: without GOGC the scavenger has no goal to return memory for. -size is
// the peak in MiB (default 300).
func Idle(o service.Options) (*service.Service, error) {
	peak := o.Size
	if peak == 0 {
		peak = 300
	}
	debug.SetGCPercent(-1)
	blocks := make([][]byte, peak)
	for i := range blocks {
		blocks[i] = make([]byte, 1<<20)
		for at := 0; at < len(blocks[i]); at += 4096 {
			blocks[i][at] = 1
		}
	}
	runtime.KeepAlive(blocks)
	blocks = nil
	runtime.GC()
	return &service.Service{Call: func() error { return nil }}, nil
}

// mappings maps memory of its own, as databases and indexes do.
type mappings struct {
	mu    sync.Mutex
	all   [][]byte
	bytes int64
	size  int
	keep  bool
}

func (m *mappings) add() error {
	data, err := syscall.Mmap(-1, 0, m.size, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE) // LEAK mmap
	if err != nil {
		return err
	}
	for at := 0; at < len(data); at += 4096 {
		data[at] = 1
	}
	if !m.keep {
		return syscall.Munmap(data)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.all = append(m.all, data)
	m.bytes += int64(len(data))
	return nil
}

func newMappings(o service.Options, keep bool) (*service.Service, error) {
	m := &mappings{size: o.Size, keep: keep}
	if m.size == 0 {
		m.size = 1 << 20
	}
	return &service.Service{Call: m.add, Truth: func() map[string]interface{} {
		m.mu.Lock()
		defer m.mu.Unlock()
		return map[string]interface{}{"mapped": m.bytes}
	}}, nil
}

// Mappings never unmaps one. -size is the size of each (default 1 MiB).
func Mappings(o service.Options) (*service.Service, error) { return newMappings(o, true) }

// Unmapped unmaps each.
func Unmapped(o service.Options) (*service.Service, error) { return newMappings(o, false) }

// Journal appends to a file with each call, -size bytes (default 1 MiB): the kernel keeps its pages. -variant names the
// file's folder.
func Journal(o service.Options) (*service.Service, error) {
	file, err := os.CreateTemp(o.Variant, "journal")
	if err != nil {
		return nil, err
	}
	if err := os.Remove(file.Name()); err != nil { // gone with the process
		return nil, err
	}
	size := o.Size
	if size == 0 {
		size = 1 << 20
	}
	entry := make([]byte, size)
	var written int64
	return &service.Service{
		Call: func() error {
			n, err := file.Write(entry)
			atomic.AddInt64(&written, int64(n))
			return err
		},
		Truth: func() map[string]interface{} {
			return map[string]interface{}{"written": atomic.LoadInt64(&written)}
		},
	}, nil
}

// descend goes `levels` deeper and stays there until it is told to go on: its goroutine's stack only grows.
//
//go:noinline
func descend(levels int, next <-chan int) int {
	var frame [256]byte
	if levels == 0 {
		more, open := <-next // LEAK stack
		if !open {
			return 0
		}
		return descend(more, next)
	}
	frame[levels%len(frame)] = 1
	return descend(levels-1, next) + int(frame[0])
}

// Stacks has a fixed number of goroutines (-limit, default 64) whose stacks grow with every call.
func Stacks(o service.Options) (*service.Service, error) {
	count := int64(o.Limit)
	if count == 0 {
		count = 64
	}
	next := make([]chan int, count)
	for i := range next {
		next[i] = make(chan int)
		go descend(0, next[i])
	}
	var calls int64
	return &service.Service{
		Call: func() error {
			// Each by another stride: stacks double, and should not all do so at once.
			i := atomic.AddInt64(&calls, 1) % count
			next[i] <- 100 + 4*int(i)
			return nil
		},
	}, nil
}

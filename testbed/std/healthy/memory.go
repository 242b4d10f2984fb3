package healthy

import (
	"strconv"
	"sync"

	"demo/service"
)

// Warm fills a cache of -limit (default 20000) entries of -size (default 2048) bytes and then hits it.
func Warm(o service.Options) (*service.Service, error) {
	limit, size := o.Limit, o.Size
	if limit == 0 {
		limit = 20000
	}
	if size == 0 {
		size = 2048
	}
	var mu sync.Mutex
	next := 0
	entries := map[string][]byte{}
	return &service.Service{
		Call: func() error {
			mu.Lock()
			defer mu.Unlock()
			key := strconv.Itoa(next % limit)
			next++
			if entries[key] == nil {
				entries[key] = make([]byte, size)
			}
			entries[key][0]++
			return nil
		},
		Truth: func() map[string]interface{} {
			mu.Lock()
			defer mu.Unlock()
			return map[string]interface{}{"entries": len(entries), "limit": limit}
		},
	}, nil
}

// Sawtooth has a big steady heap, and garbage that the collector takes in waves.
func Sawtooth(o service.Options) (*service.Service, error) {
	size := o.Size
	if size == 0 {
		size = 64 << 20
	}
	var blocks [][]byte
	for held := 0; held < size; held += 1 << 16 {
		blocks = append(blocks, make([]byte, 1<<16))
	}
	var mu sync.Mutex
	next := 0
	return &service.Service{Call: func() error {
		mu.Lock()
		defer mu.Unlock()
		blocks[next%len(blocks)] = make([]byte, 1<<16) // the old block becomes garbage
		next++
		return nil
	}}, nil
}

package lock

import (
	"errors"
	"sync"
)

type account struct {
	mu      sync.Mutex
	rw      sync.RWMutex
	balance int
	names   map[string]int
}

func (a *account) withdraw(n int) error {
	a.mu.Lock() // want R172
	if a.balance < n {
		return errors.New("too little")
	}
	a.balance -= n
	a.mu.Unlock()
	return nil
}

func (a *account) lookup(name string) (int, bool) {
	a.rw.RLock() // want R172
	v, ok := a.names[name]
	if !ok {
		return 0, false
	}
	a.rw.RUnlock()
	return v, true
}

func (a *account) loop(names []string) int {
	for _, n := range names {
		a.mu.Lock() // want R172
		if a.names[n] == 0 {
			continue
		}
		a.balance++
		a.mu.Unlock()
	}
	return a.balance
}

func (a *account) bySwitch(kind int) {
	a.rw.Lock() // want R172
	switch kind {
	case 1:
		a.balance = 1
	case 2:
		return
	}
	a.rw.Unlock()
}

var mu sync.Mutex

func global(f func() error) error {
	mu.Lock() // want R172
	if err := f(); err != nil {
		return err
	}
	mu.Unlock()
	return nil
}

type cache struct {
	sync.RWMutex
	m map[int]int
}

func (c *cache) get(k int) (int, error) {
	c.RLock() // want R172
	v, ok := c.m[k]
	if !ok {
		return 0, errors.New("none")
	}
	c.RUnlock()
	return v, nil
}

func local(items []int) (n int) {
	var m sync.Mutex
	m.Lock() // want R172
	if len(items) == 0 {
		return 0
	}
	m.Unlock()
	return len(items)
}

func (a *account) lateDefer(ok bool) error {
	a.mu.Lock() // want R172
	if !ok {
		return errors.New("no")
	}
	defer a.mu.Unlock()
	a.balance++
	return nil
}

func (a *account) wrongOne(ok bool) {
	a.mu.Lock() // want R172
	if ok {
		a.rw.Unlock()
		return
	}
	a.mu.Unlock()
}

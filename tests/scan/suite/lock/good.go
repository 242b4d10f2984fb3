package lock

import (
	"errors"
	"sync"
)

// looks like R172
func (a *account) deferred(n int) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.balance < n {
		return errors.New("too little")
	}
	a.balance -= n
	return nil
}

// looks like R172
func (a *account) everyPath(n int) error {
	a.mu.Lock()
	if a.balance < n {
		a.mu.Unlock()
		return errors.New("too little")
	}
	a.mu.Unlock()
	return nil
}

// lock is for the caller to unlock.
func (a *account) lock() { a.mu.Lock() }

func (a *account) unlock() { a.mu.Unlock() }

// looks like R172
func (a *account) byName(ok bool) {
	a.mu.Lock()
	if ok {
		a.unlock()
		return
	}
	a.mu.Unlock()
}

// looks like R172
func (a *account) inLiteral() {
	a.mu.Lock()
	defer func() {
		a.balance++
		a.mu.Unlock()
	}()
}

// looks like R172
func (a *account) handOver(ok bool) (unlock func()) {
	a.mu.Lock()
	if !ok {
		a.mu.Unlock()
		return nil
	}
	return a.mu.Unlock
}

// looks like R172
func (a *account) flag(lock bool) {
	if lock {
		a.mu.Lock()
	}
	a.balance++
	if lock {
		a.mu.Unlock()
	}
}

// looks like R172
func (a *account) panics(ok bool) {
	a.mu.Lock()
	if !ok {
		panic("no")
	}
	a.mu.Unlock()
}

// looks like R172
func (a *account) loopWell(names []string) {
	for _, n := range names {
		a.mu.Lock()
		if a.names[n] == 0 {
			a.mu.Unlock()
			continue
		}
		a.mu.Unlock()
	}
}

// looks like R172
func (a *account) waits(cond *sync.Cond, ready func() bool) {
	a.mu.Lock()
	for !ready() {
		cond.Wait()
	}
	a.mu.Unlock()
}

// looks like R172
func (a *account) again(n int) {
	a.mu.Lock()
	for a.balance < n {
		a.mu.Unlock()
		n--
		a.mu.Lock()
	}
	a.mu.Unlock()
}

// Called with the lock held.
// looks like R172
func (a *account) waitUnlocked(f func() error) error {
	a.mu.Unlock()
	err := f()
	a.mu.Lock()
	if err != nil {
		return err
	}
	a.balance++
	return nil
}

// looks like R172
func (a *account) yields(n int) int {
	a.mu.Lock()
	defer a.mu.Unlock()
	for a.balance < n {
		a.mu.Unlock()
		n--
		a.mu.Lock()
	}
	return n
}

type sessions struct {
	mu   sync.Mutex
	open map[string]int
}

// looks like R172
func (s *sessions) enter(id string) int {
	s.mu.Lock()
	if n, ok := s.open[id]; ok {
		s.mu.Unlock()
		return n
	}
	return s.begin(id)
}

// Begins with the lock held.
func (s *sessions) begin(id string) int {
	s.open[id] = 1
	s.mu.Unlock()
	return 1
}

type failer interface{ Fatal(args ...any) }

type store struct {
	mu   sync.Mutex
	held int
	test failer
}

// looks like R172
func (s *store) resume() {
	s.mu.Lock()
	if s.held == 0 {
		s.test.Fatal("not held")
	} else {
		s.held--
		s.mu.Unlock()
	}
}

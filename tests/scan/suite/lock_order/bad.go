// possible
// rules R176
package lockorder

import "sync"

type account struct {
	mu  sync.Mutex
	rw  sync.RWMutex
	sum int
}

func transfer(from, to *account) {
	from.mu.Lock()
	defer from.mu.Unlock()
	to.mu.Lock() // want R176
	defer to.mu.Unlock()
	from.sum, to.sum = from.sum-1, to.sum+1
}

func (a *account) take(other *account) {
	a.mu.Lock()
	other.mu.Lock() // want R176
	a.sum += other.sum
	other.mu.Unlock()
	a.mu.Unlock()
}

func read(a, b *account) int {
	a.rw.RLock()
	defer a.rw.RUnlock()
	b.rw.RLock() // want R176
	defer b.rw.RUnlock()
	return a.sum + b.sum
}

func inBranch(a, b *account, both bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if both {
		b.mu.Lock() // want R176
		defer b.mu.Unlock()
	}
}

type holder struct {
	sync.Mutex
	n int
}

func move(from, to *holder) {
	from.Lock()
	to.Lock() // want R176
	from.n, to.n = from.n-1, to.n+1
	to.Unlock()
	from.Unlock()
}

// That they are two is all that is known of them.
func (a *account) merge(b *account) {
	if a == b {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	b.mu.Lock() // want R176
	defer b.mu.Unlock()
	a.sum += b.sum
	b.sum = 0
}

type set[K comparable] struct {
	mu   sync.RWMutex
	keys map[K]bool
}

func (s *set[K]) contains(other *set[K]) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	other.mu.RLock() // want R176
	defer other.mu.RUnlock()
	for key := range other.keys {
		if !s.keys[key] {
			return false
		}
	}
	return true
}

type ledger struct{ accounts map[string]*account }

func (l *ledger) transfer(from, to string, sum int) {
	a := l.accounts[from]
	b := l.accounts[to]
	a.mu.Lock()
	defer a.mu.Unlock()
	b.mu.Lock() // want R176
	defer b.mu.Unlock()
	a.sum -= sum
	b.sum += sum
}

func swap(all []*account, i, j int) {
	all[i].mu.Lock()
	defer all[i].mu.Unlock()
	all[j].mu.Lock() // want R176
	defer all[j].mu.Unlock()
	all[i].sum, all[j].sum = all[j].sum, all[i].sum
}

func later(from, to *account) func() {
	return func() {
		from.mu.Lock()
		defer from.mu.Unlock()
		to.mu.Lock() // want R176
		defer to.mu.Unlock()
		to.sum += from.sum
	}
}

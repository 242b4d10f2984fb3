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

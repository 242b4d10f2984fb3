package lockorder

import "sync"

type numbered struct {
	id int
	mu sync.Mutex
}

func ordered(a, b *numbered) {
	if a.id > b.id {
		a, b = b, a
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	b.mu.Lock()
	defer b.mu.Unlock()
}

func oneAfterTheOther(a, b *numbered) {
	a.mu.Lock()
	a.mu.Unlock()
	b.mu.Lock()
	b.mu.Unlock()
}

type bank struct {
	mu   sync.Mutex
	main numbered
}

// Of two types: always in this order.
func outside(b *bank, n *numbered) {
	b.mu.Lock()
	defer b.mu.Unlock()
	n.mu.Lock()
	defer n.mu.Unlock()
}

func own() {
	var a, b numbered
	a.mu.Lock()
	b.mu.Lock()
	b.mu.Unlock()
	a.mu.Unlock()
}

func same(a *numbered) {
	a.mu.Lock()
	a.mu.Unlock()
	a.mu.Lock()
	a.mu.Unlock()
}

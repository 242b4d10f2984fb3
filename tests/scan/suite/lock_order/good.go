package lockorder

import (
	"strings"
	"sync"
	"unsafe"
)

type numbered struct {
	id int
	mu sync.Mutex
}

// looks like R176
func ordered(a, b *numbered) {
	if a.id > b.id {
		a, b = b, a
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	b.mu.Lock()
	defer b.mu.Unlock()
}

// looks like R176
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
// looks like R176
func outside(b *bank, n *numbered) {
	b.mu.Lock()
	defer b.mu.Unlock()
	n.mu.Lock()
	defer n.mu.Unlock()
}

// looks like R176
func own() {
	var a, b numbered
	a.mu.Lock()
	b.mu.Lock()
	b.mu.Unlock()
	a.mu.Unlock()
}

// looks like R176
func same(a *numbered) {
	a.mu.Lock()
	a.mu.Unlock()
	a.mu.Lock()
	a.mu.Unlock()
}

// looks like R176
func byName(a, b *numbered, names map[*numbered]string) {
	first, second := a, b
	if strings.Compare(names[a], names[b]) > 0 {
		first, second = b, a
	}
	first.mu.Lock()
	defer first.mu.Unlock()
	second.mu.Lock()
	defer second.mu.Unlock()
}

// looks like R176
func byAddress(a, b *numbered) {
	if uintptr(unsafe.Pointer(a)) > uintptr(unsafe.Pointer(b)) {
		a, b = b, a
	}
	a.mu.Lock()
	b.mu.Lock()
	b.mu.Unlock()
	a.mu.Unlock()
}

func inOrder(a, b *numbered) (*numbered, *numbered) {
	if a.id < b.id {
		return a, b
	}
	return b, a
}

// looks like R176
func byHelper(a, b *numbered) {
	first, second := inOrder(a, b)
	first.mu.Lock()
	defer first.mu.Unlock()
	second.mu.Lock()
	defer second.mu.Unlock()
}

// Whoever takes two of them has the bank's lock: nobody else has one of them and wants another.
// looks like R176
func (b *bank) move(from, to *numbered) {
	b.mu.Lock()
	defer b.mu.Unlock()
	from.mu.Lock()
	defer from.mu.Unlock()
	to.mu.Lock()
	defer to.mu.Unlock()
}

// looks like R176
func tries(a, b *numbered) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !b.mu.TryLock() {
		return false
	}
	defer b.mu.Unlock()
	return true
}

type link struct {
	mu   sync.Mutex
	next *link
	n    int
}

// Hand over hand, always from the front.
// looks like R176
func (l *link) find(n int) *link {
	l.mu.Lock()
	for l.n != n && l.next != nil {
		next := l.next
		next.mu.Lock()
		l.mu.Unlock()
		l = next
	}
	l.mu.Unlock()
	return l
}

func (n *numbered) number() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.id
}

// looks like R176
func snapshot(a, b *numbered) {
	other := b.number()
	a.mu.Lock()
	defer a.mu.Unlock()
	a.id += other
}

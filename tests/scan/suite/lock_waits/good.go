package lockwaits

import (
	"context"
	"time"
)

// looks like R175
func (l *ledger) before(buf []byte) {
	_, _ = l.audit.Read(buf)
	l.mu.Lock()
	defer l.mu.Unlock()
}

// looks like R175
func (l *ledger) after(v int) {
	l.mu.Lock()
	v++
	l.mu.Unlock()
	l.out <- v
}

// looks like R175
func (l *ledger) tries(v int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	select {
	case l.out <- v:
	default:
	}
}

// looks like R175
func (l *ledger) elsewhere(v int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	go func() { l.out <- v }()
}

// looks like R175
func (l *ledger) later(buf []byte) func() {
	l.mu.Lock()
	defer l.mu.Unlock()
	return func() { _, _ = l.audit.Read(buf) }
}

// looks like R175
func (l *ledger) forAWhile(buf []byte) {
	l.mu.Lock()
	l.mu.Unlock()
	_, _ = l.audit.Read(buf)
	l.mu.Lock()
	l.mu.Unlock()
}

// looks like R175
func (l *ledger) writes(b []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	_, _ = l.audit.Write(b)
}

// looks like R175
func (l *ledger) branchGivesBack(early bool) int {
	l.mu.Lock()
	if early {
		l.mu.Unlock()
		return <-l.in
	}
	l.mu.Unlock()
	return 0
}

// Bounded.
// looks like R175
func (l *ledger) withDeadline(buf []byte) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.audit.SetReadDeadline(time.Now().Add(time.Second)); err != nil {
		return err
	}
	_, err := l.audit.Read(buf)
	return err
}

// There is room: made here, for one.
// looks like R175
func (l *ledger) room() chan int {
	answers := make(chan int, 1)
	l.mu.Lock()
	defer l.mu.Unlock()
	answers <- 1
	return answers
}

// looks like R175
func (l *ledger) untilDone(ctx context.Context, v int) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	select {
	case l.out <- v:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// looks like R175
func (l *ledger) locksInside() int {
	func() {
		l.mu.Lock()
		defer l.mu.Unlock()
	}()
	return <-l.in
}

// looks like R175
func (l *ledger) inCase(kind int) int {
	l.mu.Lock()
	switch kind {
	case 0:
		l.mu.Unlock()
		return <-l.in
	default:
		l.mu.Unlock()
	}
	return 0
}

// looks like R175
func (l *ledger) givesBackInLoop(n int) (sum int) {
	for i := 0; i < n; i++ {
		l.mu.Lock()
		l.mu.Unlock()
		sum += <-l.in
	}
	return sum
}

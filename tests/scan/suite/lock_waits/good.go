package lockwaits

func (l *ledger) before(buf []byte) {
	_, _ = l.audit.Read(buf)
	l.mu.Lock()
	defer l.mu.Unlock()
}

func (l *ledger) after(v int) {
	l.mu.Lock()
	v++
	l.mu.Unlock()
	l.out <- v
}

func (l *ledger) tries(v int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	select {
	case l.out <- v:
	default:
	}
}

func (l *ledger) elsewhere(v int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	go func() { l.out <- v }()
}

func (l *ledger) later(buf []byte) func() {
	l.mu.Lock()
	defer l.mu.Unlock()
	return func() { _, _ = l.audit.Read(buf) }
}

func (l *ledger) forAWhile(buf []byte) {
	l.mu.Lock()
	l.mu.Unlock()
	_, _ = l.audit.Read(buf)
	l.mu.Lock()
	l.mu.Unlock()
}

func (l *ledger) writes(b []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	_, _ = l.audit.Write(b)
}

func (l *ledger) branchGivesBack(early bool) int {
	l.mu.Lock()
	if early {
		l.mu.Unlock()
		return <-l.in
	}
	l.mu.Unlock()
	return 0
}

package conds

import "sync"

type signalled struct {
	mu   sync.Mutex
	cond *sync.Cond
	n    int
}

func (s *signalled) wait() {
	s.mu.Lock()
	for s.n == 0 {
		s.cond.Wait()
	}
	s.mu.Unlock()
}

func (s *signalled) add() {
	s.mu.Lock()
	s.n++
	s.mu.Unlock()
	s.cond.Signal()
}

type broadcast struct {
	cond sync.Cond
	done bool
}

func (b *broadcast) wait() {
	b.cond.L.Lock()
	for !b.done {
		b.cond.Wait()
	}
	b.cond.L.Unlock()
}

func (b *broadcast) finish() { defer b.cond.Broadcast(); b.done = true }

type shared struct{ cond *sync.Cond }

func (s *shared) wait()            { s.cond.L.Lock(); s.cond.Wait(); s.cond.L.Unlock() }
func (s *shared) give(to chan any) { to <- s.cond }

type Exported struct{ Ready *sync.Cond }

func (e *Exported) wait() { e.Ready.L.Lock(); e.Ready.Wait(); e.Ready.L.Unlock() }

type group struct{ wg sync.WaitGroup }

func (g *group) wait() { g.wg.Wait() }

// Package ledger has one lock, and a holder that does not come back.
package ledger

import (
	"net"
	"sync"
	"sync/atomic"

	"demo/service"
)

// Ledger counts money under a lock.
type Ledger struct {
	mu      sync.Mutex
	sum     int
	waiting int64
	audit   net.Conn
}

// post is what every request does.
func (l *Ledger) post(amount int) {
	atomic.AddInt64(&l.waiting, 1)
	l.mu.Lock() // LEAK
	atomic.AddInt64(&l.waiting, -1)
	l.sum += amount
	l.mu.Unlock()
}

// export asks the auditor while it holds the lock; the auditor never answers.
func (l *Ledger) export() {
	l.mu.Lock()
	defer l.mu.Unlock()
	answer := make([]byte, 1)
	_, _ = l.audit.Read(answer) // LEAK holder
}

// exportOutside asks first and locks afterwards.
func (l *Ledger) exportOutside() {
	answer := make([]byte, 1)
	_, _ = l.audit.Read(answer)
	l.mu.Lock()
	defer l.mu.Unlock()
}

func start(o service.Options, export func(*Ledger)) (*service.Service, error) {
	if err := service.NeedPeer(o); err != nil {
		return nil, err
	}
	conn, err := net.Dial("tcp", o.Peer)
	if err != nil {
		return nil, err
	}
	l := &Ledger{audit: conn}
	go export(l)
	return &service.Service{
		Call: func() error { go l.post(1); return nil },
		Truth: func() map[string]interface{} {
			return map[string]interface{}{"leaked_objects": atomic.LoadInt64(&l.waiting)}
		},
	}, nil
}

// Piled makes everybody wait for the auditor.
func Piled(o service.Options) (*service.Service, error) { return start(o, (*Ledger).export) }

// Flowing does not.
func Flowing(o service.Options) (*service.Service, error) { return start(o, (*Ledger).exportOutside) }

// transfer locks two accounts in the order given: two transfers in opposite directions stop each other.
type account struct {
	mu  sync.Mutex
	sum int
}

func transfer(from, to *account, met *sync.WaitGroup) {
	from.mu.Lock()
	defer from.mu.Unlock()
	met.Done()
	met.Wait()
	to.mu.Lock() // LEAK order
	defer to.mu.Unlock()
	from.sum--
	to.sum++
}

// Crossed makes pairs of transfers that wait for each other.
func Crossed(service.Options) (*service.Service, error) {
	var stuck int64
	return &service.Service{
		Call: func() error {
			a, b := &account{}, &account{}
			var met sync.WaitGroup
			met.Add(2)
			go transfer(a, b, &met)
			go transfer(b, a, &met)
			atomic.AddInt64(&stuck, 2)
			return nil
		},
		Truth: func() map[string]interface{} {
			return map[string]interface{}{"leaked_objects": atomic.LoadInt64(&stuck)}
		},
	}, nil
}

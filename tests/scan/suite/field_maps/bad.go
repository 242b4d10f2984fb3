// possible
// rules R180
package fieldmaps

import (
	"net/http"
	"sync"
)

type cache struct {
	mu     sync.Mutex
	byUser map[string]int
	seen   sync.Map
	order  []string
	limit  int
}

func newCache() *cache { return &cache{byUser: map[string]int{}} }

func (c *cache) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.byUser[r.RemoteAddr]++       // want R180
	c.seen.Store(r.RemoteAddr, 1) // want R180
}

type sometimes struct {
	entries map[string][]byte
	order   []string
	limit   int
}

func (s *sometimes) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.entries[r.URL.Path] = []byte(r.URL.RawQuery) // want R180
	if s.limit == 0 {
		return
	}
	s.order = append(s.order, r.URL.Path)
	if len(s.order) > s.limit {
		delete(s.entries, s.order[0])
		s.order = s.order[1:]
	}
}

type lateMade struct{ m map[string]bool }

func newLateMade() *lateMade {
	l := &lateMade{}
	l.m = make(map[string]bool)
	return l
}

func (l *lateMade) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	l.m[r.Host] = true // want R180
}

package fieldmaps

import (
	"net/http"
	"sync"
)

type removed struct {
	m    map[string]int
	sync sync.Map
}

func (c *removed) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.m[r.RemoteAddr]++
	c.sync.Store(r.RemoteAddr, 1)
}

func (c *removed) gone(addr string) {
	delete(c.m, addr)
	c.sync.Delete(addr)
}

type renewed struct{ m map[string]int }

func (c *renewed) ServeHTTP(w http.ResponseWriter, r *http.Request) { c.m[r.RemoteAddr]++ }
func (c *renewed) reset()                                           { c.m = map[string]int{} }

type few struct{ m map[string]int }

func (c *few) ServeHTTP(w http.ResponseWriter, r *http.Request) { c.m["requests"]++ }

type local struct{}

func (local) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	m := map[string]int{}
	m[r.RemoteAddr]++
}

type given struct{ m map[string]int }

func (g *given) ServeHTTP(w http.ResponseWriter, r *http.Request) { g.m[r.RemoteAddr]++ }
func (g *given) prune(by func(map[string]int))                    { by(g.m) }

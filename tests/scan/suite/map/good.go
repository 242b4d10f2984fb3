package growing

import (
	"net/http"
	"reflect"
	"sync"
)

var active = map[string]bool{}

// looks like R180
func track(w http.ResponseWriter, r *http.Request) {
	active[r.RemoteAddr] = true
	defer delete(active, r.RemoteAddr)
}

var cleared = map[string]int{}

// looks like R180
func count(w http.ResponseWriter, r *http.Request) {
	cleared[r.URL.Path]++
	if len(cleared) > 1000 {
		clear(cleared)
	}
}

var renewed = map[string]int{}

// looks like R180
func collect(w http.ResponseWriter, r *http.Request) {
	renewed[r.URL.Path]++
	if len(renewed) > 1000 {
		renewed = map[string]int{}
	}
}

var registry = map[string]func(){}

// looks like R180
func Register(name string, f func()) { registry[name] = f }

func init() {
	Register("a", nil)
	registry["b"] = nil
}

var types = map[reflect.Type]int{}

// looks like R180
func typed(w http.ResponseWriter, r *http.Request, v any) {
	types[reflect.TypeOf(v)] = 1
}

var typeCache sync.Map

// looks like R180
func cached(w http.ResponseWriter, r *http.Request, v any) {
	t := reflect.TypeOf(v)
	typeCache.Store(t, 1)
}

var states = map[string]int{}

// looks like R180
func state(w http.ResponseWriter, r *http.Request) {
	states["requests"]++
}

var flags = map[bool]int{}

// looks like R180
func flag(w http.ResponseWriter, r *http.Request) {
	flags[r.TLS != nil]++
}

var waiting sync.Map

// looks like R180
func waits(w http.ResponseWriter, r *http.Request) {
	waiting.Store(r.RemoteAddr, w)
	defer waiting.Delete(r.RemoteAddr)
}

// looks like R180
func localMap(w http.ResponseWriter, r *http.Request) int {
	counts := map[string]int{}
	counts[r.URL.Path]++
	return len(counts)
}

var handedOut = map[string]int{}

func all() map[string]int { return handedOut }

// looks like R180
func add(w http.ResponseWriter, r *http.Request) { handedOut[r.URL.Path] = 1 }

var compiled = map[string]int{}

// A program that runs once may remember what it has seen.
// looks like R180
func compileAll(names []string) {
	for _, n := range names {
		compiled[n] = len(n)
	}
}

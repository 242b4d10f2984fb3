package maps

import (
	"net/http"
	"sync"
	"time"
)

var (
	inFlightMu sync.Mutex
	inFlight   = map[string]time.Time{}

	tokens sync.Map

	hitsMu sync.Mutex
	hits   = map[string]int{}

	codes = map[int]int{}

	handlers = map[string]http.Handler{}
)

// looks like R180
func tracked(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := r.Header.Get("X-Request-Id")
		inFlightMu.Lock()
		inFlight[id] = time.Now()
		inFlightMu.Unlock()
		defer forget(id)
		next.ServeHTTP(w, r)
	})
}

func forget(id string) {
	inFlightMu.Lock()
	defer inFlightMu.Unlock()
	delete(inFlight, id)
}

// looks like R180
func handleToken(w http.ResponseWriter, r *http.Request) {
	tokens.Store(r.FormValue("token"), time.Now())
}

func expireTokens(before time.Time) {
	tokens.Range(func(k, v any) bool {
		if v.(time.Time).Before(before) {
			tokens.Delete(k)
		}
		return true
	})
}

// looks like R180
func handleHit(w http.ResponseWriter, r *http.Request) {
	hitsMu.Lock()
	defer hitsMu.Unlock()
	hits[r.URL.Path]++
}

func flushHits(report func(map[string]int)) {
	hitsMu.Lock()
	old := hits
	hits = make(map[string]int)
	hitsMu.Unlock()
	report(old)
}

// Registration, before anything is served.
//
// looks like R180
func init() {
	for _, name := range []string{"/a", "/b"} {
		register(name, http.NotFoundHandler())
	}
}

func register(name string, h http.Handler) { handlers[name] = h }

// A key of a few values.
//
// looks like R180
func handleCode(w http.ResponseWriter, r *http.Request) {
	switch r.Method {
	case http.MethodGet:
		codes[http.StatusOK]++
	default:
		codes[http.StatusMethodNotAllowed]++
	}
}

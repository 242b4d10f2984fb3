// rules R180

package maps

import (
	"net/http"
	"sync"
	"time"
)

// --- R180 ---

var (
	visitsMu sync.Mutex
	visits   = make(map[string]int)

	sessions sync.Map

	limiters = struct {
		sync.Mutex
		byIP map[string]*limiter
	}{byIP: map[string]*limiter{}}

	lastSeen = map[string]time.Time{}
)

type limiter struct{ tokens int }

func countVisits(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		visitsMu.Lock()
		visits[r.RemoteAddr]++ // want R180
		visitsMu.Unlock()
		next.ServeHTTP(w, r)
	})
}

func handleLogin(w http.ResponseWriter, r *http.Request) {
	token := r.Header.Get("X-Token")
	sessions.Store(token, r.FormValue("user")) // want R180
	w.WriteHeader(http.StatusNoContent)
}

func limiterOf(ip string) *limiter {
	limiters.Lock()
	defer limiters.Unlock()
	l, ok := limiters.byIP[ip]
	if !ok {
		l = &limiter{tokens: 10}
		limiters.byIP[ip] = l // want R180
	}
	return l
}

func handleLimited(w http.ResponseWriter, r *http.Request) {
	if limiterOf(r.RemoteAddr).tokens == 0 {
		w.WriteHeader(http.StatusTooManyRequests)
	}
}

func consume(events <-chan event) {
	for e := range events {
		remember(e.user, e.at)
	}
}

type event struct {
	user string
	at   time.Time
}

func remember(user string, at time.Time) {
	if prev, ok := lastSeen[user]; ok && prev.After(at) {
		return
	}
	lastSeen[user] = at // maybe R180
}

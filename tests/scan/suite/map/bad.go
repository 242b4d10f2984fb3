package growing

import (
	"net/http"
	"sync"
)

var visits = map[string]int{}
var sessions = make(map[string][]byte)
var seen sync.Map
var byUser = map[int]map[string]bool{}
var latest sync.Map
var mu sync.Mutex
var errorsByPath = map[string]error{}
var tokens map[string]string
var peers = map[string]struct{}{}

func handle(w http.ResponseWriter, r *http.Request) {
	mu.Lock()
	visits[r.URL.Path]++ // want R180
	sessions[r.Header.Get("X-Session")] = nil // want R180
	mu.Unlock()
	seen.Store(r.RemoteAddr, true) // want R180
}

func user(w http.ResponseWriter, r *http.Request, id int) {
	byUser[id] = map[string]bool{} // want R180
}

func store(w http.ResponseWriter, r *http.Request) {
	latest.LoadOrStore(r.URL.String(), 1) // want R180
	note(r.URL.Path, nil)
}

func note(path string, err error) {
	errorsByPath[path] = err // want R180
}

func consume(w http.ResponseWriter, r *http.Request) {
	for _, id := range r.URL.Query()["id"] {
		remember(id)
	}
}

func remember(id string) {
	tokens[id] = "x" // want R180
}

type hub struct{}

func (h *hub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	func() {
		peers[r.RemoteAddr] = struct{}{} // want R180
	}()
}

var inLoop = map[string]bool{}

func each(w http.ResponseWriter, r *http.Request) {
	for n := range r.Header {
		func(n string) {
			inLoop[n] = true // want R180
		}(n)
	}
}

var logins sync.Map

// Each session comes to stay.
func login(w http.ResponseWriter, r *http.Request) {
	logins.LoadOrStore(r.FormValue("session"), r.RemoteAddr) // want R180
}

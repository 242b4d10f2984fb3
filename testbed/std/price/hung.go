package price

import (
	"io"
	"net/http"
	"sync/atomic"
	"time"

	"demo/service"
)

// refresher asks a backend that does not answer.
type refresher struct {
	http    *http.Client
	url     string
	waiting int64
}

func (r *refresher) refresh() {
	atomic.AddInt64(&r.waiting, 1)
	defer atomic.AddInt64(&r.waiting, -1)
	response, err := r.http.Get(r.url) // LEAK hung
	if err != nil {
		return
	}
	defer response.Body.Close()
	_, _ = io.Copy(io.Discard, response.Body)
}

func (r *refresher) serve() *service.Service {
	return &service.Service{
		Call: func() error { go r.refresh(); return nil },
		Truth: func() map[string]interface{} {
			return map[string]interface{}{"leaked_objects": atomic.LoadInt64(&r.waiting)}
		},
	}
}

// Hung has no timeout.
func Hung(o service.Options) (*service.Service, error) {
	r := &refresher{http: &http.Client{Transport: &http.Transport{}}, url: "http://" + o.Peer + "/hang"}
	return r.serve(), service.NeedPeer(o)
}

// Impatient gives up after a while.
func Impatient(o service.Options) (*service.Service, error) {
	r := &refresher{http: &http.Client{Transport: &http.Transport{}, Timeout: 500 * time.Millisecond},
		url: "http://" + o.Peer + "/hang"}
	return r.serve(), service.NeedPeer(o)
}

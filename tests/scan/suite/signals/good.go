// rules R155

package signals

import (
	"context"
	"net/http"
	"os"
	"os/signal"
	"syscall"
)

// looks like R155
func stopped(w http.ResponseWriter, r *http.Request) {
	c := make(chan os.Signal, 1)
	signal.Notify(c, syscall.SIGHUP)
	defer signal.Stop(c)
	select {
	case <-c:
	case <-r.Context().Done():
	}
}

// looks like R155
func byContext(w http.ResponseWriter, r *http.Request) {
	ctx, stop := signal.NotifyContext(r.Context(), os.Interrupt)
	defer stop()
	<-ctx.Done()
}

// Once a process.
// looks like R155
func init() {
	c := make(chan os.Signal, 1)
	signal.Notify(c, syscall.SIGUSR1)
	go func() {
		for range c {
			dump()
		}
	}()
}

func dump() {}

// looks like R155
func everyPath(w http.ResponseWriter, r *http.Request) {
	c := make(chan os.Signal, 1)
	signal.Notify(c, syscall.SIGHUP)
	if r.Method != http.MethodPost {
		signal.Stop(c)
		return
	}
	<-c
	signal.Stop(c)
}

// looks like R155
func deferredLiteral(w http.ResponseWriter, r *http.Request) {
	c := make(chan os.Signal, 1)
	signal.Notify(c, syscall.SIGHUP)
	defer func() {
		signal.Stop(c)
		close(c)
	}()
	<-c
}

// The caller gets what stops it.
// looks like R155
func listen() (<-chan os.Signal, func()) {
	c := make(chan os.Signal, 1)
	signal.Notify(c, os.Interrupt)
	return c, func() { signal.Stop(c) }
}

// looks like R155
func reset(ctx context.Context) {
	signal.Ignore(syscall.SIGPIPE)
	<-ctx.Done()
	signal.Reset(syscall.SIGPIPE)
}

// looks like R155
func inGoroutine(w http.ResponseWriter, r *http.Request) {
	c := make(chan os.Signal, 1)
	signal.Notify(c, syscall.SIGHUP)
	go func() {
		defer signal.Stop(c)
		<-c
	}()
}

type notifier struct{}

// looks like R155
func (notifier) Notify(c chan os.Signal) {}

// looks like R155
func other(n notifier) {
	c := make(chan os.Signal)
	n.Notify(c)
	<-c
}

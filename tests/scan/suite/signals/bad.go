// rules R155

package signals

import (
	"context"
	"net/http"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	stop := make(chan os.Signal)
	signal.Notify(stop, syscall.SIGTERM) // want R155
	go prompt()
	for {
		prompt()
	}
}

// Asked again and again; nobody takes the registration back.
func prompt() bool {
	c := make(chan os.Signal, 1)
	signal.Notify(c, os.Interrupt) // want R155
	select {
	case <-c:
		return false
	default:
		return true
	}
}

func handle(w http.ResponseWriter, r *http.Request) {
	c := make(chan os.Signal, 1)
	signal.Notify(c, syscall.SIGHUP) // want R155
	select {
	case <-c:
	case <-r.Context().Done():
	}
}

// Stopped on one path only.
func handleEarly(w http.ResponseWriter, r *http.Request) {
	c := make(chan os.Signal, 1)
	signal.Notify(c, syscall.SIGHUP) // want R155
	if r.Method != http.MethodPost {
		return
	}
	<-c
	signal.Stop(c)
}

func zero(ctx context.Context) {
	c := make(chan os.Signal, 0)
	signal.Notify(c, os.Interrupt) // want R155
	select {
	case <-c:
	case <-ctx.Done():
	}
	signal.Stop(c)
}

func declared() {
	var c = make(chan os.Signal)
	signal.Notify(c, os.Interrupt) // want R155
	<-c
}

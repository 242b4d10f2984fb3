// Package service is the frame every service of the test bed runs in: it serves pprof and a control port, prints one line
// of JSON when it is ready, and lets a test drive load and ask for the true counts instead of sleeping and hoping.
package service

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"runtime"
	"sort"
	"sync/atomic"
	"time"
)

// Options are the flags all services share; each uses the ones it needs.
type Options struct {
	Listen    string        // pprof
	Control   string        // control port
	Front     string        // the service's own port, where it has one
	Peer      string        // address of the other side, host:port
	Peers     string        // a second address, where a service talks to two
	Variant   string        // which form of the fault
	DSN       string        // database
	User      string        // ssh user
	Key       string        // ssh private key file
	Idle      time.Duration // idle timeout of connections
	Timeout   time.Duration // of one call
	Tick      time.Duration // period of background work
	KeepAlive time.Duration // of dialled TCP connections; negative switches it off
	Limit     int           // bound of pools, where the repaired variant has one
	Size      int           // bytes or rows per unit of work
}

// Service is what a constructor gives back.
type Service struct {
	// Call is one unit of work; it returns when the service's caller would have its answer.
	Call func() error
	// Truth adds the service's own counts to /control/truth.
	Truth func() map[string]interface{}
	// Ready adds addresses to the ready line.
	Ready map[string]interface{}
	// Control adds control endpoints: name -> handler.
	Control map[string]http.HandlerFunc
}

// Spec is one subcommand.
type Spec struct {
	Name  string
	About string
	New   func(Options) (*Service, error)
}

// Main runs the subcommand named on the command line and does not come back.
func Main(program string, specs []Spec) {
	if len(os.Args) < 2 || os.Args[1] == "-h" || os.Args[1] == "--help" || os.Args[1] == "list" {
		usage(program, specs)
	}
	for _, spec := range specs {
		if spec.Name == os.Args[1] {
			if err := run(program, spec, os.Args[2:]); err != nil {
				fmt.Fprintf(os.Stderr, "%s %s: %v\n", program, spec.Name, err)
				os.Exit(2)
			}
			os.Exit(0)
		}
	}
	fmt.Fprintf(os.Stderr, "%s: no service %q; `%s list` names them\n", program, os.Args[1], program)
	os.Exit(2)
}

func usage(program string, specs []Spec) {
	sort.Slice(specs, func(i, j int) bool { return specs[i].Name < specs[j].Name })
	fmt.Printf("usage: %s SERVICE [-listen 127.0.0.1:0] [flags]\n\n", program)
	for _, spec := range specs {
		fmt.Printf("  %-24s %s\n", spec.Name, spec.About)
	}
	os.Exit(0)
}

func parse(name string, args []string) (Options, error) {
	var o Options
	flags := flag.NewFlagSet(name, flag.ContinueOnError)
	flags.StringVar(&o.Listen, "listen", "127.0.0.1:0", "address of /debug/pprof")
	flags.StringVar(&o.Control, "control", "127.0.0.1:0", "address of /control")
	flags.StringVar(&o.Front, "front", "127.0.0.1:0", "address the service itself listens on")
	flags.StringVar(&o.Peer, "peer", "", "host:port of the other side")
	flags.StringVar(&o.Peers, "peer2", "", "host:port of a second other side")
	flags.StringVar(&o.Variant, "variant", "", "form of the fault")
	flags.StringVar(&o.DSN, "dsn", "", "data source name of the database")
	flags.StringVar(&o.User, "user", "root", "ssh user")
	flags.StringVar(&o.Key, "key", "", "ssh private key file")
	flags.DurationVar(&o.Idle, "idle", 60*time.Second, "idle timeout of connections")
	flags.DurationVar(&o.Timeout, "timeout", 5*time.Second, "time limit of one call")
	flags.DurationVar(&o.Tick, "tick", time.Second, "period of background work")
	flags.DurationVar(&o.KeepAlive, "keepalive", 0, "TCP keep-alive of dialled connections; negative: off")
	flags.IntVar(&o.Limit, "limit", 0, "size of pools")
	flags.IntVar(&o.Size, "size", 0, "bytes or rows per unit of work")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if flags.NArg() > 0 {
		return o, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	return o, nil
}

type host struct {
	name     string
	service  *Service
	baseline int
	profiles int64 // requests to /debug/pprof so far
	load     load
}

func run(program string, spec Spec, args []string) error {
	options, err := parse(program+" "+spec.Name, args)
	if err != nil {
		return err
	}
	pprof, err := net.Listen("tcp", options.Listen)
	if err != nil {
		return err
	}
	control, err := net.Listen("tcp", options.Control)
	if err != nil {
		return err
	}
	instance, err := spec.New(options)
	if err != nil {
		return err
	}
	h := &host{name: spec.Name, service: instance}
	h.load.call = instance.Call
	failed := make(chan error, 2)
	go func() { failed <- http.Serve(pprof, http.HandlerFunc(h.profile)) }()
	go func() { failed <- (&http.Server{Handler: h.routes(), ReadHeaderTimeout: time.Minute}).Serve(control) }()
	h.baseline = runtime.NumGoroutine()
	if err := h.announce(pprof, control); err != nil {
		return err
	}
	return <-failed
}

func (h *host) announce(pprof, control net.Listener) error {
	line := map[string]interface{}{
		"name":    h.name,
		"pid":     os.Getpid(),
		"go":      runtime.Version(),
		"pprof":   "http://" + pprof.Addr().String() + "/debug/pprof",
		"control": "http://" + control.Addr().String() + "/control",
	}
	for key, value := range h.service.Ready {
		line[key] = value
	}
	return json.NewEncoder(os.Stdout).Encode(line)
}

// profile counts the requests so that a test can act between two snapshots without guessing when they are taken.
func (h *host) profile(w http.ResponseWriter, r *http.Request) {
	http.DefaultServeMux.ServeHTTP(w, r)
	atomic.AddInt64(&h.profiles, 1)
}

func (h *host) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/control/load", h.load.serveLoad)
	mux.HandleFunc("/control/start", h.load.serveStart)
	mux.HandleFunc("/control/stop", h.load.serveStop)
	mux.HandleFunc("/control/truth", h.truth)
	mux.HandleFunc("/control/gc", func(w http.ResponseWriter, _ *http.Request) {
		// Twice: the heap profile shows the state of the cycle before the last completed one.
		runtime.GC()
		runtime.GC()
		Answer(w, map[string]interface{}{"ok": true})
	})
	for name, handler := range h.service.Control {
		mux.HandleFunc("/control/"+name, handler)
	}
	return mux
}

func (h *host) truth(w http.ResponseWriter, _ *http.Request) {
	out := map[string]interface{}{
		"goroutines":          runtime.NumGoroutine(),
		"baseline_goroutines": h.baseline,
		"calls":               atomic.LoadInt64(&h.load.calls),
		"errors":              atomic.LoadInt64(&h.load.errors),
		"profiles":            atomic.LoadInt64(&h.profiles),
	}
	if h.service.Truth != nil {
		for key, value := range h.service.Truth() {
			out[key] = value
		}
	}
	Answer(w, out)
}

// Answer writes value as JSON and asks the client to hang up, so that control traffic leaves no connections behind.
func Answer(w http.ResponseWriter, value interface{}) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Connection", "close")
	_ = json.NewEncoder(w).Encode(value)
}

// Refuse answers a control request that cannot be carried out.
func Refuse(w http.ResponseWriter, err error) {
	w.Header().Set("Connection", "close")
	http.Error(w, err.Error(), http.StatusBadRequest)
}

// NeedPeer is the common complaint of services that talk to somebody.
func NeedPeer(o Options) error {
	if o.Peer == "" {
		return errors.New("-peer host:port is required")
	}
	return nil
}

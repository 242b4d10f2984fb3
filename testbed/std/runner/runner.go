// Package runner runs commands. A command that leaves a child behind keeps the output pipe open, and Wait waits for it.
package runner

import (
	"bytes"
	"os/exec"
	"sync/atomic"

	"demo/service"
)

type runner struct{ waiting int64 }

func (r *runner) run(script string) {
	atomic.AddInt64(&r.waiting, 1)
	defer atomic.AddInt64(&r.waiting, -1)
	var out bytes.Buffer
	cmd := exec.Command("/bin/sh", "-c", script)
	cmd.Stdout = &out
	_ = cmd.Run() // LEAK
}

func start(script string) (*service.Service, error) {
	r := &runner{}
	return &service.Service{
		Call: func() error { go r.run(script); return nil },
		Truth: func() map[string]interface{} {
			return map[string]interface{}{"leaked_objects": atomic.LoadInt64(&r.waiting)}
		},
	}, nil
}

// Lingering commands leave a child that holds the pipe.
func Lingering(service.Options) (*service.Service, error) { return start("sleep 300 & echo started") }

// Clean commands close the child's output.
func Clean(service.Options) (*service.Service, error) { return start("true >/dev/null & echo started") }

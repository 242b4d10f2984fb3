package commands

import (
	"context"
	"errors"
	"io"
	"os/exec"
	"sync"
)

// looks like R145
func (j *jobs) watched(name string, exited func(error)) (int, error) {
	cmd := exec.Command(name)
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	go func() { exited(cmd.Wait()) }()
	return cmd.Process.Pid, nil
}

type worker struct {
	cmd  *exec.Cmd
	once sync.Once
	err  error
}

func (w *worker) Stop() error {
	w.once.Do(func() {
		_ = w.cmd.Process.Kill()
		w.err = w.cmd.Wait()
	})
	return w.err
}

// looks like R145
func startWorker(ctx context.Context, path string) (*worker, error) {
	cmd := exec.CommandContext(ctx, path)
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	return &worker{cmd: cmd}, nil
}

func reap(c *exec.Cmd, err *error) {
	if werr := c.Wait(); *err == nil {
		*err = werr
	}
}

// looks like R145
func pipeThrough(dst io.Writer, name string, feed func(io.Writer) error) (err error) {
	cmd := exec.Command(name)
	cmd.Stdout = dst
	in, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	if err = cmd.Start(); err != nil {
		return err
	}
	defer reap(cmd, &err)
	defer in.Close()
	return feed(in)
}

// looks like R145
func (j *jobs) within(ctx context.Context, cmd *exec.Cmd) error {
	if err := cmd.Start(); err != nil {
		return err
	}
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	select {
	case <-ctx.Done():
		return errors.Join(cmd.Process.Kill(), <-done)
	case err := <-done:
		return err
	}
}

type engine struct{ on bool }

func (e *engine) Start() error { e.on = true; return nil }

// Something else starts here.
//
// looks like R145
func ignite(e *engine) error {
	if e.on {
		return nil
	}
	return e.Start()
}

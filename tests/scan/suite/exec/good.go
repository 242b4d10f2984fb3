package command

import (
	"context"
	"io"
	"os"
	"os/exec"
)

// looks like R145
func waits(name string) error {
	cmd := exec.Command(name)
	if err := cmd.Start(); err != nil {
		return err
	}
	return cmd.Wait()
}

// looks like R145
func runs(name string) error { return exec.Command(name).Run() }

// looks like R145
func output(name string) ([]byte, error) { return exec.Command(name).Output() }

// looks like R145
func inGoroutine(name string) error {
	cmd := exec.Command(name)
	if err := cmd.Start(); err != nil {
		return err
	}
	go cmd.Wait()
	return nil
}

// looks like R145
func inLiteral(name string, done chan error) error {
	cmd := exec.Command(name)
	if err := cmd.Start(); err != nil {
		return err
	}
	go func() { done <- cmd.Wait() }()
	return nil
}

// looks like R145
func released(name string) error {
	cmd := exec.Command(name)
	if err := cmd.Start(); err != nil {
		return err
	}
	return cmd.Process.Release()
}

type daemon struct{ cmd *exec.Cmd }

// looks like R145
func (d *daemon) start() error { return d.cmd.Start() }

// looks like R145
func newDaemon(name string) (*daemon, error) {
	cmd := exec.Command(name)
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	return &daemon{cmd: cmd}, nil
}

// looks like R145
func handOut(ctx context.Context, name string) (*exec.Cmd, error) {
	cmd := exec.CommandContext(ctx, name)
	err := cmd.Start()
	if err != nil {
		return nil, err
	}
	return cmd, nil
}

// looks like R145
func feeds(name string, in io.Reader) error {
	cmd := exec.Command(name)
	cmd.Stdin = in
	cmd.Stdout = os.Stdout
	if err := cmd.Start(); err != nil {
		return err
	}
	defer cmd.Wait()
	return nil
}

// looks like R145
func startAll(cmds []*exec.Cmd) error {
	for _, c := range cmds {
		if err := c.Start(); err != nil {
			return err
		}
	}
	for _, c := range cmds {
		c.Wait()
	}
	return nil
}

// looks like R145
func startedInCondition(names []string) bool {
	for _, name := range names {
		cmd := exec.Command(name)
		if cmd.Start() == nil && cmd.Wait() == nil {
			return true
		}
	}
	return false
}

// looks like R145
func notStarted(name string) error {
	cmd := exec.Command(name)
	if cmd.Start() != nil {
		return nil
	}
	return cmd.Wait()
}

type host struct {
	daemon bool
	line   []string
}

func (h *host) launch() (*os.Process, error) {
	if !h.daemon {
		return nil, nil
	}
	return os.StartProcess(h.line[0], h.line, &os.ProcAttr{})
}

// looks like R145
func (h *host) run() error {
	h.daemon = false
	_, err := h.launch()
	return err
}

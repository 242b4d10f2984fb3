package commandoutput

import (
	"bytes"
	"os"
	"os/exec"
	"sync"
	"time"
)

func delayed(script string) error {
	var out bytes.Buffer
	cmd := exec.Command("/bin/sh", "-c", script)
	cmd.Stdout = &out
	cmd.WaitDelay = time.Second
	return cmd.Run()
}

func silent(name string) error { return exec.Command(name).Run() }

func terminal(name string) error {
	cmd := exec.Command(name)
	cmd.Stdout = os.Stdout
	cmd.Stderr = os.Stderr
	return cmd.Run()
}

type runner struct{}

func (runner) Run() error { return nil }

func other(r runner) error { return r.Run() }

func group(wg *sync.WaitGroup) { wg.Wait() }

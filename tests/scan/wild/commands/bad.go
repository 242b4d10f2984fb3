// rules R145

package commands

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"time"
)

type jobs struct {
	dir     string
	running map[string]*exec.Cmd
}

// --- R145 ---

func (j *jobs) handleConvert(w http.ResponseWriter, r *http.Request) {
	cmd := exec.CommandContext(r.Context(), "convert", "-", "png:-")
	cmd.Dir = j.dir
	cmd.Stdin = r.Body
	cmd.Stdout = w
	if err := cmd.Start(); err != nil { // want R145
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("X-Pid", fmt.Sprint(cmd.Process.Pid))
}

func firstLine(name string, args ...string) (line string, err error) {
	cmd := exec.Command(name, args...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		return "", err
	}
	if err = cmd.Start(); err != nil { // want R145
		return "", err
	}
	sc := bufio.NewScanner(out)
	if !sc.Scan() {
		return "", errors.New("no line")
	}
	line = sc.Text()
	return line, cmd.Wait()
}

func (j *jobs) bounded(ctx context.Context, script string) error {
	cmd := exec.Command("sh", "-c", script)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	err := cmd.Start() // want R145
	if err != nil {
		return err
	}
	done := make(chan struct{})
	t := time.NewTimer(time.Minute)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return cmd.Process.Kill()
	case <-t.C:
		return fmt.Errorf("too slow: %s", stderr.String())
	case <-done:
		return nil
	}
}

func spawnAll(specs [][]string, log io.Writer) (pids []int, err error) {
	for _, spec := range specs {
		c := command(spec, log)
		if err := c.Start(); err != nil { // want R145
			return pids, err
		}
		pids = append(pids, c.Process.Pid)
	}
	return pids, nil
}

func command(spec []string, log io.Writer) *exec.Cmd {
	c := exec.Command(spec[0], spec[1:]...)
	c.Stdout, c.Stderr = log, log
	c.Env = os.Environ()
	return c
}

package command

import (
	"bufio"
	"errors"
	"io"
	"os"
	"os/exec"
	"time"
)

func fire(name string) error {
	cmd := exec.Command(name) // nobody waits
	return cmd.Start()        // want R145
}

func lines(name string) ([]string, error) {
	cmd := exec.Command(name)
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil { // want R145
		return nil, err
	}
	var all []string
	s := bufio.NewScanner(out)
	for s.Scan() {
		all = append(all, s.Text())
	}
	return all, s.Err()
}

func early(name string, in io.Reader) error {
	cmd := exec.Command(name)
	w, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil { // want R145
		return err
	}
	if _, err := io.Copy(w, in); err != nil {
		return err
	}
	w.Close()
	return cmd.Wait()
}

func killed(name string) {
	cmd := exec.Command(name)
	if cmd.Start() != nil { // want R145
		return
	}
	time.Sleep(time.Second)
	cmd.Process.Kill()
}

func detached(names []string) {
	for _, n := range names {
		cmd := exec.Command(n)
		err := cmd.Start() // want R145
		if err != nil {
			continue
		}
		os.Stderr.WriteString("started")
	}
}

func checked(name string) error {
	cmd := exec.Command(name)
	if err := cmd.Start(); err != nil { // want R145
		return err
	}
	if cmd.Process.Pid == 0 {
		return errors.New("no pid")
	}
	return cmd.Wait()
}

func raw(name string) error {
	_, err := os.StartProcess(name, nil, &os.ProcAttr{}) // want R145
	return err
}

func rawEarly(name string, ok bool) error {
	p, err := os.StartProcess(name, nil, &os.ProcAttr{}) // want R145
	if err != nil {
		return err
	}
	if !ok {
		return p.Kill()
	}
	_, err = p.Wait()
	return err
}

func startedAndLeft(names []string) bool {
	for _, name := range names {
		cmd := exec.Command(name)
		if cmd.Start() == nil { // want R145
			return true
		}
	}
	return false
}

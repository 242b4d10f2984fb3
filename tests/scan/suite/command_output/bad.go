// possible
// rules R145
package commandoutput

import (
	"bytes"
	"context"
	"os/exec"
)

func buffered(script string) string {
	var out bytes.Buffer
	cmd := exec.Command("/bin/sh", "-c", script)
	cmd.Stdout = &out
	_ = cmd.Run() // want R145
	return out.String()
}

func output(script string) ([]byte, error) {
	return exec.Command("/bin/sh", "-c", script).Output() // want R145
}

func combined(ctx context.Context, script string) ([]byte, error) {
	return exec.CommandContext(ctx, "/bin/sh", "-c", script).CombinedOutput() // want R145
}

func started(script string) error {
	var out bytes.Buffer
	cmd := exec.Command("/bin/sh", "-c", script)
	cmd.Stderr = &out
	if err := cmd.Start(); err != nil {
		return err
	}
	return cmd.Wait() // want R145
}

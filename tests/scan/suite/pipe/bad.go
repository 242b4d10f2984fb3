// rules R144

package pipe

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
)

// The writer ends without a word: the reader waits for ever.
func encode(v any) (io.Reader, error) {
	pr, pw := io.Pipe() // want R144
	go func() {
		json.NewEncoder(pw).Encode(v)
	}()
	return pr, nil
}

// Closed only where encoding went well.
func upload(c *http.Client, url string, v any) error {
	pr, pw := io.Pipe() // want R144
	go func() {
		if err := json.NewEncoder(pw).Encode(v); err != nil {
			return
		}
		pw.Close()
	}()
	resp, err := c.Post(url, "application/json", pr)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

// Neither end.
func captured(f func(*os.File)) (string, error) {
	r, w, err := os.Pipe() // want R144
	if err != nil {
		return "", err
	}
	f(w)
	buf := make([]byte, 1<<10)
	n, err := r.Read(buf)
	return string(buf[:n]), err
}

// The end that the child was given stays open here.
func child(name string) ([]byte, error) {
	r, w, err := os.Pipe() // want R144
	if err != nil {
		return nil, err
	}
	defer r.Close()
	cmd := exec.Command(name)
	cmd.Stdout = w
	if err := cmd.Run(); err != nil {
		return nil, err
	}
	w.Close()
	return io.ReadAll(r)
}

func checked(src io.Reader, limit int64) ([]byte, error) {
	pr, pw := io.Pipe() // want R144
	var out bytes.Buffer
	go func() { io.Copy(&out, pr) }()
	n, err := io.Copy(pw, src)
	if err != nil {
		return nil, err
	}
	if n > limit {
		return nil, errors.New("too long")
	}
	pw.Close()
	return out.Bytes(), nil
}

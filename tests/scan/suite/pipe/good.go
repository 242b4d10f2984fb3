// rules R144

package pipe

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
)

// looks like R144
func encodeWell(v any) io.Reader {
	pr, pw := io.Pipe()
	go func() {
		pw.CloseWithError(json.NewEncoder(pw).Encode(v))
	}()
	return pr
}

// looks like R144
func uploadWell(c *http.Client, url string, v any) error {
	pr, pw := io.Pipe()
	go func() {
		defer pw.Close()
		json.NewEncoder(pw).Encode(v)
	}()
	resp, err := c.Post(url, "application/json", pr)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

// looks like R144
func bothEnds() error {
	r, w, err := os.Pipe()
	if err != nil {
		return err
	}
	defer r.Close()
	defer w.Close()
	_, err = w.Write([]byte("x"))
	return err
}

// looks like R144
func handedOut() (*os.File, *os.File, error) { return os.Pipe() }

type link struct {
	r *io.PipeReader
	w *io.PipeWriter
}

// looks like R144
func newLink() *link {
	r, w := io.Pipe()
	return &link{r, w}
}

func (l *link) Close() error {
	l.r.Close()
	return l.w.Close()
}

// looks like R144
func childWell(name string) ([]byte, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	cmd := exec.Command(name)
	cmd.Stdout = w
	err = cmd.Start()
	w.Close()
	if err != nil {
		return nil, err
	}
	out, _ := io.ReadAll(r)
	return out, cmd.Wait()
}

func produce(w *io.PipeWriter, v any) {
	w.CloseWithError(json.NewEncoder(w).Encode(v))
}

// looks like R144
func byHelper(v any) io.ReadCloser {
	r, w := io.Pipe()
	go produce(w, v)
	return r
}

// looks like R144
func eachPath(v any) io.ReadCloser {
	r, w := io.Pipe()
	go func() {
		if err := json.NewEncoder(w).Encode(v); err != nil {
			w.CloseWithError(err)
			return
		}
		w.Close()
	}()
	return r
}

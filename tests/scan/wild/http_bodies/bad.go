// rules R103 R104 R105 R106

package bodies

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

type gateway struct {
	client *http.Client
	base   string
	token  string
	mu     sync.Mutex
}

// --- R103 ---

func (g *gateway) Version(ctx context.Context) (version string, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, g.base+"/version", nil)
	if err != nil {
		return "", err
	}
	resp, err := g.client.Do(req) // want R103
	if err != nil {
		return "", fmt.Errorf("version of %s: %w", g.base, err)
	}
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		return "", err
	}
	return strings.TrimSpace(string(raw)), nil
}

// The response comes from a wrapper of a wrapper (send, fetch in client.go).
func (g *gateway) Ready(ctx context.Context) bool {
	resp, err := g.fetch(ctx, "/ready") // want R103
	if err != nil {
		return false
	}
	return resp.StatusCode == http.StatusOK
}

func watchMirrors(ctx context.Context, client *http.Client, mirrors []string, down func(string)) {
	probe := func(u string) bool {
		resp, err := client.Get(u) // want R103
		return err == nil && resp.StatusCode < http.StatusInternalServerError
	}
	t := time.NewTicker(time.Minute)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
			for _, m := range mirrors {
				if !probe(m) {
					down(m)
				}
			}
		}
	}
}

func getJSON[T any](g *gateway, path string) (T, error) {
	var out T
	resp, err := g.client.Get(g.base + path) // want R103
	if err != nil {
		return out, err
	}
	if resp.StatusCode != http.StatusOK {
		return out, fmt.Errorf("%s: %s", path, resp.Status)
	}
	return out, json.NewDecoder(resp.Body).Decode(&out)
}

// --- R104 ---

func (g *gateway) Invoice(ctx context.Context, id string) (*invoice, error) {
	resp, err := g.fetch(ctx, "/invoices/"+id) // want R104
	if err != nil {
		return nil, err
	}
	if resp.StatusCode == http.StatusNotFound {
		return nil, errNotFound
	}
	defer resp.Body.Close()
	inv := new(invoice)
	if err := json.NewDecoder(resp.Body).Decode(inv); err != nil {
		return nil, err
	}
	return inv, nil
}

func (g *gateway) Delete(ctx context.Context, id string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodDelete, g.base+"/invoices/"+id, nil)
	if err != nil {
		return err
	}
	resp, err := g.client.Do(req) // want R104
	if err != nil {
		return err
	}
	switch resp.StatusCode {
	case http.StatusNoContent, http.StatusOK:
		drain(resp)
		return nil
	case http.StatusConflict:
		return errors.New("it is in use")
	default:
		msg, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		return fmt.Errorf("delete %s: %s", id, msg)
	}
}

func (g *gateway) Export(w io.Writer, path string) (n int64, err error) {
	resp, err := g.client.Get(g.base + path) // want R104
	if err != nil {
		return 0, err
	}
	if n, err = io.Copy(w, resp.Body); err != nil {
		return n, fmt.Errorf("after %d bytes: %w", n, err)
	}
	return n, resp.Body.Close()
}

// The label's continue goes past the close.
func collect(client *http.Client, hosts []string, metrics []string) map[string]string {
	found := make(map[string]string)
next:
	for _, host := range hosts {
		resp, err := client.Get(host + "/metrics") // want R105
		if err != nil {
			continue
		}
		raw, err := io.ReadAll(resp.Body)
		for _, m := range metrics {
			if err != nil || !bytes.Contains(raw, []byte(m)) {
				continue next
			}
		}
		found[host] = string(raw)
		resp.Body.Close()
	}
	return found
}

// --- R105 ---

func (g *gateway) Upload(ctx context.Context, path string, blob []byte) error {
	var resp *http.Response
	for attempt := 0; attempt < 5; attempt++ {
		req, err := http.NewRequestWithContext(ctx, http.MethodPut, g.base+path, bytes.NewReader(blob))
		if err != nil {
			return err
		}
		resp, err = g.client.Do(req) // want R105
		if err != nil {
			return err
		}
		if resp.StatusCode != http.StatusServiceUnavailable {
			break
		}
		time.Sleep(time.Duration(attempt) * time.Second)
	}
	defer resp.Body.Close()
	if resp.StatusCode >= 300 {
		return fmt.Errorf("upload: %s", resp.Status)
	}
	return nil
}

// An expired token: the request is sent again with a new one.
func (g *gateway) authorized(ctx context.Context, req *http.Request) (*http.Response, error) {
	resp, err := g.client.Do(req) // want R105
	if err != nil {
		return nil, err
	}
	if resp.StatusCode == http.StatusUnauthorized {
		if err := g.refresh(ctx); err != nil {
			drain(resp)
			return nil, err
		}
		again := req.Clone(ctx)
		again.Header.Set("Authorization", "Bearer "+g.token)
		resp, err = g.client.Do(again)
	}
	return resp, err
}

func (g *gateway) follow(start string) (string, error) {
	resp, err := g.client.Get(start) // want R105
	if err != nil {
		return "", err
	}
	if next := resp.Header.Get("X-Canonical"); next != "" && next != start {
		resp, err = g.client.Get(next)
		if err != nil {
			return "", err
		}
	}
	defer resp.Body.Close()
	page, err := io.ReadAll(resp.Body)
	return string(page), err
}

// The region that is asked second takes the place of the first.
func (g *gateway) nearest(ctx context.Context, key string) (body []byte, err error) {
	resp, err := g.fetch(ctx, "/eu/"+key) // want R105
	if err == nil && resp.StatusCode == http.StatusNotFound {
		resp, err = g.fetch(ctx, "/us/"+key)
	}
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	return io.ReadAll(resp.Body)
}

// --- R106 ---

func (g *gateway) Mirror(dir string, paths []string) error {
	for _, p := range paths {
		resp, err := g.client.Get(g.base + p)
		if err != nil {
			return err
		}
		defer resp.Body.Close() // want R106
		raw, err := io.ReadAll(resp.Body)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, filepath.Base(p)), raw, 0o600); err != nil {
			return err
		}
	}
	return nil
}

func checksums(paths []string, sum func(io.Reader) (string, error)) (map[string]string, error) {
	sums := make(map[string]string, len(paths))
	for i := 0; i < len(paths); i++ {
		f, err := os.Open(paths[i])
		if err != nil {
			return nil, err
		}
		defer func() { // want R106
			_ = f.Close()
		}()
		if sums[paths[i]], err = sum(f); err != nil {
			return nil, err
		}
	}
	return sums, nil
}

func (g *gateway) drainQueue(ctx context.Context, next func() (string, bool)) error {
	for {
		path, ok := next()
		if !ok {
			return nil
		}
		resp, err := g.fetch(ctx, path)
		if err != nil {
			return err
		}
		if resp.StatusCode == http.StatusOK {
			defer drain(resp) // want R106
			g.note(path, resp.Header.Get("Etag"))
			continue
		}
		drain(resp)
	}
}

func concatenate(w io.Writer, names chan string) error {
	for name := range names {
		part, err := os.Open(name)
		if err != nil {
			return err
		}
		defer part.Close() // want R106
		if _, err := io.Copy(w, part); err != nil {
			return err
		}
	}
	return nil
}

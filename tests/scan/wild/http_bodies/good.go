package bodies

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"
)

// looks like R103
func (g *gateway) Status(ctx context.Context) (int, error) {
	resp, err := g.fetch(ctx, "/status")
	if err != nil {
		return 0, err
	}
	drain(resp)
	return resp.StatusCode, nil
}

// looks like R103
func (g *gateway) Open(ctx context.Context, path string) (*page, error) {
	resp, err := g.fetch(ctx, path)
	if err != nil {
		return nil, err
	}
	p := &page{body: resp.Body}
	p.ctype = resp.Header.Get("Content-Type")
	return p, nil
}

// looks like R103
func (g *gateway) Balance(ctx context.Context, account string) (cents int64, err error) {
	resp, err := g.fetch(ctx, "/accounts/"+account)
	if err != nil {
		return 0, err
	}
	defer func() {
		if cerr := resp.Body.Close(); err == nil {
			err = cerr
		}
	}()
	var out struct{ Cents int64 }
	err = json.NewDecoder(resp.Body).Decode(&out)
	return out.Cents, err
}

// looks like R103
func (g *gateway) Ping(ctx context.Context) error {
	resp, err := g.fetch(ctx, "/ping")
	if err != nil {
		return err
	}
	body := resp.Body
	defer closeQuietly("ping", body)
	_, err = io.Copy(io.Discard, body)
	return err
}

// looks like R104
func (g *gateway) Head(path string) (http.Header, error) {
	resp, err := g.client.Head(g.base + path)
	if resp != nil {
		defer resp.Body.Close()
	}
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK {
		return nil, errNotFound
	}
	return resp.Header, nil
}

// The success path hands it to the caller, every other one closes it.
//
// looks like R104
func (g *gateway) ok(ctx context.Context, path string) (*http.Response, error) {
	resp, sendErr := g.fetch(ctx, path)
	if sendErr != nil {
		return nil, fmt.Errorf("get %s: %w", path, sendErr)
	}
	if resp.StatusCode >= 400 {
		msg, err := io.ReadAll(io.LimitReader(resp.Body, 512))
		closeQuietly(path, resp.Body)
		if err != nil {
			return nil, err
		}
		return nil, fmt.Errorf("get %s: %s: %s", path, resp.Status, msg)
	}
	return resp, nil
}

// looks like R104
func (g *gateway) State(ctx context.Context, id string) (string, error) {
	resp, err := g.fetch(ctx, "/jobs/"+id)
	switch {
	case errors.Is(err, context.Canceled):
		return "canceled", nil
	case err != nil:
		return "", err
	}
	closeBody := resp.Body.Close
	defer closeBody()
	switch resp.StatusCode {
	case http.StatusNotFound:
		return "gone", nil
	case http.StatusAccepted:
		return "running", nil
	}
	return "done", nil
}

// looks like R104
func firstAlive(client *http.Client, hosts []string) (string, error) {
	for _, h := range hosts {
		resp, err := client.Get(h + "/alive")
		if err != nil {
			continue
		}
		alive := resp.StatusCode == http.StatusOK
		_ = resp.Body.Close()
		if alive {
			return h, nil
		}
	}
	return "", errNotFound
}

// looks like R105
func (g *gateway) uploadOnce(ctx context.Context, path string) error {
	var resp *http.Response
	var err error
	for attempt := 0; attempt < 5; attempt++ {
		resp, err = g.fetch(ctx, path)
		if err != nil {
			time.Sleep(time.Second)
			continue
		}
		if resp.StatusCode != http.StatusServiceUnavailable {
			break
		}
		drain(resp)
	}
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	return nil
}

// Only a failed request is sent again: it gave no response.
//
// looks like R105
func (g *gateway) twice(ctx context.Context, path string) ([]byte, error) {
	resp, err := g.fetch(ctx, path)
	if err != nil {
		if resp, err = g.fetch(ctx, path); err != nil {
			return nil, err
		}
	}
	defer resp.Body.Close()
	return io.ReadAll(resp.Body)
}

// looks like R105
func (g *gateway) hop(start string) (int, error) {
	resp, err := g.client.Get(start)
	if err != nil {
		return 0, err
	}
	next := resp.Header.Get("Location")
	resp.Body.Close()
	if next != "" {
		resp, err = g.client.Get(next)
		if err != nil {
			return 0, err
		}
		resp.Body.Close()
	}
	return resp.StatusCode, nil
}

// A name of its own in the inner block: the outer response stays where it is.
//
// looks like R105
func (g *gateway) withDetails(ctx context.Context, path string) (string, error) {
	resp, err := g.fetch(ctx, path)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	if extra := resp.Header.Get("X-Details"); extra != "" {
		resp, err := g.fetch(ctx, extra)
		if err != nil {
			return "", err
		}
		defer resp.Body.Close()
		return resp.Header.Get("Etag"), nil
	}
	return resp.Header.Get("Etag"), nil
}

// looks like R106
func (g *gateway) sizes(ctx context.Context, paths []string) ([]int64, error) {
	var out []int64
	for _, p := range paths {
		n, err := func() (int64, error) {
			resp, err := g.fetch(ctx, p)
			if err != nil {
				return 0, err
			}
			defer resp.Body.Close()
			return io.Copy(io.Discard, resp.Body)
		}()
		if err != nil {
			return nil, err
		}
		out = append(out, n)
	}
	return out, nil
}

// The first that opens is the last round.
//
// looks like R106
func readFirst(candidates []string) ([]byte, error) {
	for _, name := range candidates {
		f, err := os.Open(name)
		if err != nil {
			continue
		}
		defer f.Close()
		return io.ReadAll(f)
	}
	return nil, os.ErrNotExist
}

// looks like R106
func copyAll(dst io.Writer, names []string, failed chan<- error) {
	for _, name := range names {
		go func(name string) {
			f, err := os.Open(name)
			if err != nil {
				failed <- err
				return
			}
			defer f.Close()
			_, err = io.Copy(dst, f)
			failed <- err
		}(name)
	}
}

// looks like R106
func (g *gateway) firstPage(ctx context.Context, paths []string) (string, error) {
	var etag string
	for _, p := range paths {
		resp, err := g.fetch(ctx, p)
		if err != nil {
			return "", err
		}
		if etag = resp.Header.Get("Etag"); etag == "" {
			drain(resp)
			continue
		}
		defer drain(resp)
		break
	}
	return etag, nil
}

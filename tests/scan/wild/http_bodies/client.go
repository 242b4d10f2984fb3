package bodies

import (
	"context"
	"errors"
	"io"
	"net/http"
)

var errNotFound = errors.New("not found")

type invoice struct {
	ID    string
	Cents int64
}

// page owns the body that it was made from.
type page struct {
	body  io.ReadCloser
	ctype string
}

func (p *page) Read(b []byte) (int, error) { return p.body.Read(b) }

func (p *page) Close() error { return p.body.Close() }

func (g *gateway) send(req *http.Request) (*http.Response, error) {
	req.Header.Set("Authorization", "Bearer "+g.token)
	return g.client.Do(req)
}

func (g *gateway) fetch(ctx context.Context, path string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, g.base+path, nil)
	if err != nil {
		return nil, err
	}
	return g.send(req)
}

func (g *gateway) refresh(ctx context.Context) error {
	resp, err := g.fetch(ctx, "/token")
	if err != nil {
		return err
	}
	defer drain(resp)
	g.token = resp.Header.Get("X-Token")
	return nil
}

func (g *gateway) note(path, etag string) {}

// drain reads what is left and gives the connection back.
func drain(resp *http.Response) { discard(resp.Body) }

func discard(body io.ReadCloser) {
	_, _ = io.Copy(io.Discard, io.LimitReader(body, 64<<10))
	_ = body.Close()
}

func closeQuietly(what string, c io.Closer) {
	if err := c.Close(); err != nil {
		println(what, err.Error())
	}
}

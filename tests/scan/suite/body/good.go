package body

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log"
	"net/http"
	"os"
	"testing"
)

// looks like R103
func deferred(url string) ([]byte, error) {
	resp, err := http.Get(url)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	return io.ReadAll(resp.Body)
}

// looks like R103
func deferredLiteral(url string) error {
	resp, err := http.Get(url)
	if err != nil {
		return err
	}
	defer func() {
		if err := resp.Body.Close(); err != nil {
			log.Print(err)
		}
	}()
	_, err = io.Copy(io.Discard, resp.Body)
	return err
}

func closeQuietly(c io.Closer) {
	if err := c.Close(); err != nil {
		log.Print(err)
	}
}

// looks like R103
func byHelper(url string) error {
	resp, err := http.Get(url)
	if err != nil {
		return err
	}
	defer closeQuietly(resp.Body)
	return nil
}

func drain(resp *http.Response) {
	io.Copy(io.Discard, io.LimitReader(resp.Body, 1<<20))
	resp.Body.Close()
}

// looks like R103
func byResponseHelper(url string) (int, error) {
	resp, err := http.Get(url)
	if err != nil {
		return 0, err
	}
	drain(resp)
	return resp.StatusCode, nil
}

// errors first, in one condition.
// looks like R103
func joined(url string) error {
	resp, err := http.Get(url)
	if err == nil {
		resp.Body.Close()
	}
	return err
}

// The caller closes.
// looks like R103
func handOut(url string) (*http.Response, error) {
	resp, err := http.Get(url)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK {
		resp.Body.Close()
		return nil, errors.New(resp.Status)
	}
	return resp, nil
}

type stream struct {
	resp *http.Response
	dec  *json.Decoder
}

func (s *stream) Close() error { return s.resp.Body.Close() }

// An object owns it.
// looks like R103
func newStream(url string) (*stream, error) {
	resp, err := http.Get(url)
	if err != nil {
		return nil, err
	}
	return &stream{resp: resp, dec: json.NewDecoder(resp.Body)}, nil
}

// Retried, and each bad answer is closed.
// looks like R104 R105
func retryWell(c *http.Client, req *http.Request) (*http.Response, error) {
	for i := 0; ; i++ {
		resp, err := c.Do(req)
		if err != nil {
			return nil, err
		}
		if resp.StatusCode < 500 || i == 3 {
			return resp, nil
		}
		drain(resp)
	}
}

// The variable is only used when there is an answer.
// looks like R104 R105
func lastAnswer(c *http.Client, reqs []*http.Request) (int, error) {
	var last int
	for _, req := range reqs {
		resp, err := c.Do(req)
		if err != nil {
			return 0, err
		}
		last = resp.StatusCode
		resp.Body.Close()
	}
	return last, nil
}

// nil check instead of an error check.
// looks like R104
func nilCheck(url string) int {
	resp, _ := http.Get(url)
	if resp == nil {
		return 0
	}
	defer resp.Body.Close()
	return resp.StatusCode
}

// looks like R103 R106
func loopInLiteral(urls []string) error {
	for _, u := range urls {
		err := func() error {
			resp, err := http.Get(u)
			if err != nil {
				return err
			}
			defer resp.Body.Close()
			_, err = io.Copy(os.Stdout, resp.Body)
			return err
		}()
		if err != nil {
			return err
		}
	}
	return nil
}

// Fatal does not return.
// looks like R103
func must(url string) []byte {
	resp, err := http.Get(url)
	if err != nil {
		log.Fatal(err)
	}
	if resp.StatusCode != 200 {
		log.Fatalf("status %d", resp.StatusCode)
	}
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		panic(err)
	}
	resp.Body.Close()
	return data
}

// looks like R103
func cleanedUp(t *testing.T, url string) *http.Response {
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { resp.Body.Close() })
	return nil
}

// A channel hands it on.
// looks like R103
func toChannel(url string, out chan<- *http.Response) error {
	resp, err := http.Get(url)
	if err != nil {
		return err
	}
	out <- resp
	return nil
}

// The goroutine that reads it closes it.
// looks like R103
func inGoroutine(url string) error {
	resp, err := http.Get(url)
	if err != nil {
		return err
	}
	go func() {
		defer resp.Body.Close()
		io.Copy(io.Discard, resp.Body)
	}()
	return nil
}

// A callback of the caller's gets it: nobody here can tell.
// looks like R103
func withCallback(ctx context.Context, req *http.Request, handle func(*http.Response) error) error {
	resp, err := http.DefaultClient.Do(req.WithContext(ctx))
	if err != nil {
		return err
	}
	return handle(resp)
}

// Closed through an alias of the body.
// looks like R104
func alias(url string) error {
	resp, err := http.Get(url)
	if err != nil {
		return err
	}
	body := resp.Body
	defer body.Close()
	var buf bytes.Buffer
	_, err = buf.ReadFrom(body)
	return err
}

// The flag is the same both times.
// looks like R104
func flagged(url string, keep bool) error {
	resp, err := http.Get(url)
	if err != nil {
		return err
	}
	if !keep {
		resp.Body.Close()
	}
	log.Print(resp.Status)
	if keep {
		resp.Body.Close()
	}
	return nil
}

// A switch on the error.
// looks like R104
func switchOnError(url string) (int, error) {
	resp, err := http.Get(url)
	switch {
	case err != nil:
		return 0, err
	case resp.StatusCode == 404:
		resp.Body.Close()
		return 404, nil
	}
	defer resp.Body.Close()
	return resp.StatusCode, nil
}

// Named results and a literal declared before.
// looks like R104
func named(url string) (resp *http.Response, err error) {
	defer func() {
		if err != nil && resp != nil {
			resp.Body.Close()
			resp = nil
		}
	}()
	resp, err = http.Get(url)
	if err != nil {
		return
	}
	return
}

type transport struct{ base http.RoundTripper }

// A RoundTripper passes it through.
// looks like R104
func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := t.base.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	resp.Header.Set("X-Seen", "1")
	return resp, nil
}

// goto cleanup.
// looks like R104
func cleanup(url string) (err error) {
	resp, err := http.Get(url)
	if err != nil {
		return err
	}
	if resp.StatusCode != 200 {
		err = errors.New("bad")
		goto done
	}
	_, err = io.Copy(io.Discard, resp.Body)
done:
	resp.Body.Close()
	return err
}

// The answer to HEAD has no body: its connection is free again at once.
// looks like R103
func head(url string) (string, error) {
	resp, err := http.Head(url)
	if err != nil {
		return "", err
	}
	return resp.Header.Get("Etag"), nil
}

// looks like R103
func headByRequest(ctx context.Context, client *http.Client, url string) bool {
	req, err := http.NewRequestWithContext(ctx, http.MethodHead, url, nil)
	if err != nil {
		return false
	}
	resp, err := client.Do(req)
	if err != nil {
		return false
	}
	return resp.StatusCode == http.StatusOK
}

type options struct {
	noAnswer bool
	raw      bool
}

type rest struct {
	client *http.Client
	decode func(*http.Response, any) error
}

// Gives an answer that may be closed already, for its header.
// looks like R103 R104
func (r *rest) call(req *http.Request, o options) (*http.Response, error) {
	resp, err := r.client.Do(req)
	if err != nil {
		return nil, err
	}
	if o.noAnswer {
		return resp, resp.Body.Close()
	}
	return resp, nil
}

// looks like R103
func (r *rest) callJSON(req *http.Request, out any) (resp *http.Response, err error) {
	resp, err = r.call(req, options{noAnswer: out == nil})
	if err != nil {
		return resp, err
	}
	err = r.decode(resp, out)
	return resp, err
}

// looks like R103
func (r *rest) remove(req *http.Request) (int, error) {
	resp, err := r.call(req, options{noAnswer: true})
	if err != nil {
		return 0, err
	}
	return resp.StatusCode, nil
}

// looks like R103
func (r *rest) status(req *http.Request, out *struct{ Ready bool }) (string, error) {
	resp, err := r.callJSON(req, out)
	if err != nil {
		return "", err
	}
	return resp.Status, nil
}

// Closed, and handed on for its header.
// looks like R103
func headerOf(url string) (*http.Response, error) {
	resp, err := http.Get(url)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	return resp, nil
}

// looks like R103
func etagOf(url string) (string, error) {
	resp, err := headerOf(url)
	if err != nil {
		return "", err
	}
	return resp.Header.Get("Etag"), nil
}

func again(err error) (bool, error) {
	return err != nil && !errors.Is(err, io.EOF), err
}

// looks like R104
func judgedByError(url string) (bool, error) {
	resp, err := http.Get(url)
	retry, err := again(err)
	if retry {
		return true, err
	}
	if err != nil {
		return false, err
	}
	return false, resp.Body.Close()
}

type asserts struct{ failed int }

func (a *asserts) NoError(err error) bool {
	if err != nil {
		a.failed++
	}
	return err == nil
}

// looks like R103
func asserted(a *asserts, url string) {
	resp, err := http.Get(url)
	if a.NoError(err) {
		resp.Body.Close()
	}
}

func made[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// looks like R103
func headOrPanic(client *http.Client, url string) (int64, error) {
	req := made(http.NewRequest(http.MethodHead, url, nil))
	resp, err := client.Do(req)
	if err != nil {
		return 0, err
	}
	return resp.ContentLength, nil
}

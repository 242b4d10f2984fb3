// rules R103 R104 R105

package replaced

import (
	"errors"
	"io"
	"net/http"
	"time"
)

type api struct{ client *http.Client }

// The answer that asks to wait is never closed.
func (a *api) throttled(req *http.Request) ([]byte, error) {
	for {
		resp, err := a.client.Do(req) // want R105
		if err != nil {
			return nil, err
		}
		if resp.StatusCode == http.StatusTooManyRequests {
			time.Sleep(time.Second)
			continue
		}
		defer resp.Body.Close()
		return io.ReadAll(resp.Body)
	}
}

// The second request takes the variable of the first.
func loginThenGet(c *http.Client, login, get *http.Request) (int, error) {
	resp, err := c.Do(login) // want R105
	if err != nil {
		return 0, err
	}
	resp, err = c.Do(get)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	return resp.StatusCode, nil
}

// Every page but the last stays open.
func lastPage(c *http.Client, urls []string) ([]byte, error) {
	var resp *http.Response
	var err error
	for _, u := range urls {
		resp, err = c.Get(u) // want R105
		if err != nil {
			return nil, err
		}
	}
	if resp == nil {
		return nil, errors.New("no pages")
	}
	defer resp.Body.Close()
	return io.ReadAll(resp.Body)
}

// Closed only when the status is good; the next attempt replaces the others.
func attempts(c *http.Client, req *http.Request, n int) error {
	for i := 0; i < n; i++ {
		resp, err := c.Do(req) // want R105
		if err != nil {
			continue
		}
		if resp.StatusCode < 300 {
			resp.Body.Close()
			return nil
		}
	}
	return errors.New("gave up")
}

// A fallback replaces what it falls back from.
func mirror(c *http.Client, first, second string) (*http.Response, error) {
	resp, err := c.Get(first) // want R105
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK {
		resp, err = c.Get(second)
	}
	return resp, err
}

// Read to the end, but not closed before the next.
func drainedNotClosed(c *http.Client, url string) error {
	for tries := 3; tries > 0; tries-- {
		resp, err := c.Get(url) // want R105
		if err != nil {
			return err
		}
		io.Copy(io.Discard, resp.Body)
		if resp.StatusCode == http.StatusOK {
			return resp.Body.Close()
		}
	}
	return errors.New("gave up")
}

package replaced

import (
	"errors"
	"io"
	"net/http"
	"time"
)

// looks like R105
func throttledWell(c *http.Client, req *http.Request) ([]byte, error) {
	for {
		resp, err := c.Do(req)
		if err != nil {
			return nil, err
		}
		if resp.StatusCode == http.StatusTooManyRequests {
			resp.Body.Close()
			time.Sleep(time.Second)
			continue
		}
		defer resp.Body.Close()
		return io.ReadAll(resp.Body)
	}
}

// Only errors go round again.
// looks like R105
func onlyErrors(c *http.Client, req *http.Request) (*http.Response, error) {
	var resp *http.Response
	var err error
	for i := 0; i < 3; i++ {
		if resp, err = c.Do(req); err == nil {
			return resp, nil
		}
		time.Sleep(time.Second)
	}
	return nil, err
}

// looks like R105
func closedBetween(c *http.Client, login, get *http.Request) (int, error) {
	resp, err := c.Do(login)
	if err != nil {
		return 0, err
	}
	resp.Body.Close()
	resp, err = c.Do(get)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	return resp.StatusCode, nil
}

// Both are deferred: the receiver of a deferred call is worked out at once.
// looks like R105
func bothDeferred(c *http.Client, first, second string) error {
	resp, err := c.Get(first)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	resp, err = c.Get(second)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	return nil
}

func quiet(resp *http.Response) {
	if resp != nil {
		io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
	}
}

// A helper closes before the next attempt.
// looks like R105
func helperCloses(c *http.Client, req *http.Request) (*http.Response, error) {
	var resp *http.Response
	for i := 0; i < 3; i++ {
		var err error
		resp, err = c.Do(req)
		if err != nil {
			return nil, err
		}
		if resp.StatusCode < 500 {
			return resp, nil
		}
		quiet(resp)
	}
	return nil, errors.New("gave up")
}

// The first is kept by another name.
// looks like R105
func keptByName(c *http.Client, a, b string) (n int64, err error) {
	resp, err := c.Get(a)
	if err != nil {
		return 0, err
	}
	earlier := resp
	defer earlier.Body.Close()
	resp, err = c.Get(b)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	return io.Copy(io.Discard, io.MultiReader(earlier.Body, resp.Body))
}

// All of them are the caller's.
// looks like R105
func collected(c *http.Client, urls []string) ([]*http.Response, error) {
	var all []*http.Response
	for _, u := range urls {
		resp, err := c.Get(u)
		if err != nil {
			return all, err
		}
		all = append(all, resp)
	}
	return all, nil
}

// An inner resp hides the outer one, and closes its own.
// looks like R105
func shadowed(c *http.Client, a, b string) error {
	resp, err := c.Get(a)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusSeeOther {
		resp, err := c.Get(b)
		if err != nil {
			return err
		}
		return resp.Body.Close()
	}
	return nil
}

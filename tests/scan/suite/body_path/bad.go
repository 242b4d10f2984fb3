// rules R103 R104 R105

package bodypath

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
)

// The type is checked before the body is anybody's.
func document(c *http.Client, url string, v any) error {
	resp, err := c.Get(url) // want R104
	if err != nil {
		return err
	}
	if !strings.HasPrefix(resp.Header.Get("Content-Type"), "application/json") {
		return errors.New("no JSON")
	}
	err = json.NewDecoder(resp.Body).Decode(v)
	resp.Body.Close()
	return err
}

// Handed to the caller, but not where the status is wrong.
func open(c *http.Client, url string) (io.ReadCloser, error) {
	resp, err := c.Get(url) // want R103
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK {
		return nil, errors.New(resp.Status)
	}
	return resp.Body, nil
}

// One case of the switch forgets.
func byStatus(c *http.Client, req *http.Request) ([]byte, error) {
	resp, err := c.Do(req) // want R104
	if err != nil {
		return nil, err
	}
	switch resp.StatusCode {
	case http.StatusOK:
		defer resp.Body.Close()
		return io.ReadAll(resp.Body)
	case http.StatusNotFound:
		return nil, nil
	default:
		resp.Body.Close()
		return nil, errors.New(resp.Status)
	}
}

// Only who asks for it gets it closed.
func peek(c *http.Client, url string, whole bool) (string, error) {
	resp, err := c.Get(url) // want R104
	if err != nil {
		return "", err
	}
	if whole {
		data, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		return string(data), err
	}
	return resp.Header.Get("Etag"), nil
}

// rules R103 R104 R105 R106

package body

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"time"
)

type api struct {
	client *http.Client
	base   string
}

// No path closes.
func fetchStatus(url string) (int, error) {
	resp, err := http.Get(url) // want R103
	if err != nil {
		return 0, err
	}
	return resp.StatusCode, nil
}

// Reading is not closing.
func (a *api) fetchAll(path string) ([]byte, error) {
	resp, err := a.client.Get(a.base + path) // want R103
	if err != nil {
		return nil, err
	}
	return io.ReadAll(resp.Body)
}

// The decoder does not close either.
func (a *api) decode(req *http.Request, v any) error {
	resp, err := a.client.Do(req) // want R103
	if err != nil {
		return fmt.Errorf("do: %w", err)
	}
	if resp.StatusCode != http.StatusOK {
		return errors.New(resp.Status)
	}
	return json.NewDecoder(resp.Body).Decode(v)
}

// Thrown away at once.
func ping(url string) error {
	_, err := http.Get(url) // want R103
	return err
}

func fireAndForget(url string) {
	http.Post(url, "text/plain", nil) // want R103
}

// The status check comes before the defer.
func (a *api) early(req *http.Request) ([]byte, error) {
	resp, err := a.client.Do(req) // want R104
	if err != nil {
		return nil, err
	}
	if resp.StatusCode >= 500 {
		return nil, errors.New("server trouble")
	}
	defer resp.Body.Close()
	return io.ReadAll(resp.Body)
}

// One branch closes.
func (a *api) branch(req *http.Request) error {
	resp, err := a.client.Do(req) // want R104
	if err != nil {
		return err
	}
	if resp.StatusCode == http.StatusOK {
		io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
	}
	return nil
}

// An error while reading skips the close.
func readThenClose(url string) ([]byte, error) {
	resp, err := http.Get(url) // want R104
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	resp.Body.Close()
	return data, nil
}

// Retried while the last answer is open.
func (a *api) retry(req *http.Request) (*http.Response, error) {
	var resp *http.Response
	var err error
	for i := 0; i < 3; i++ {
		resp, err = a.client.Do(req) // want R105
		if err == nil && resp.StatusCode < 500 {
			return resp, nil
		}
		time.Sleep(time.Second)
	}
	return nil, err
}

// A redirect by hand replaces the first answer.
func follow(c *http.Client, url string) (int, error) {
	resp, err := c.Get(url) // want R105
	if err != nil {
		return 0, err
	}
	if loc := resp.Header.Get("Location"); loc != "" {
		resp, err = c.Get(loc)
		if err != nil {
			return 0, err
		}
	}
	defer resp.Body.Close()
	return resp.StatusCode, nil
}

// The error path inside a function that returns the response.
func (a *api) checked(req *http.Request) (*http.Response, error) {
	resp, err := a.client.Do(req) // want R103
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("unexpected %s", resp.Status)
	}
	return resp, nil
}

func open(url string) (io.ReadCloser, error) {
	resp, err := http.Get(url)
	if err != nil {
		return nil, err
	}
	return resp.Body, nil
}

// A wrapper gives the body; its caller forgets it.
func useWrapper(url string) ([]byte, error) {
	body, err := open(url) // want R103
	if err != nil {
		return nil, err
	}
	return io.ReadAll(body)
}

func (a *api) raw(path string) (*http.Response, error) {
	return a.client.Get(a.base + path)
}

// A wrapper gives the response; one path forgets it.
func (a *api) count(path string) (int, error) {
	resp, err := a.raw(path) // want R104
	if err != nil {
		return 0, err
	}
	if resp.ContentLength < 0 {
		return 0, errors.New("no length")
	}
	n := int(resp.ContentLength)
	resp.Body.Close()
	return n, nil
}

// In a goroutine.
func background(urls []string) {
	for _, u := range urls {
		go func(u string) {
			resp, err := http.Get(u) // want R103
			if err != nil {
				log.Print(err)
				return
			}
			log.Print(resp.Status)
		}(u)
	}
}

// A defer in a loop closes at the end of the function.
func all(urls []string) error {
	for _, u := range urls {
		resp, err := http.Get(u)
		if err != nil {
			return err
		}
		defer resp.Body.Close() // want R106
		io.Copy(io.Discard, resp.Body)
	}
	return nil
}

// continue leaves the body of a bad answer.
func sum(urls []string) int {
	total := 0
	for _, u := range urls {
		resp, err := http.Get(u) // want R105
		if err != nil {
			continue
		}
		if resp.StatusCode != 200 {
			continue
		}
		data, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		total += len(data)
	}
	return total
}

// A switch closes in one case only.
func bySwitch(url string) error {
	resp, err := http.Get(url) // want R104
	if err != nil {
		return err
	}
	switch {
	case resp.StatusCode == 200:
		resp.Body.Close()
		return nil
	case resp.StatusCode == 404:
		return errors.New("no such thing")
	default:
		resp.Body.Close()
		return errors.New("trouble")
	}
}

type doer interface {
	Do(*http.Request) (*http.Response, error)
}

// Through an interface of the package's own.
func viaInterface(d doer, req *http.Request) (string, error) {
	resp, err := d.Do(req) // want R103
	if err != nil {
		return "", err
	}
	return resp.Status, nil
}

func logStatus(resp *http.Response) {
	log.Println(resp.Status)
}

// A function that only looks at it.
func looked(url string) error {
	resp, err := http.Get(url) // want R103
	if err != nil {
		return err
	}
	logStatus(resp)
	return nil
}

var fetch = func(url string) int {
	resp, err := http.Get(url) // want R103
	if err != nil {
		return 0
	}
	return resp.StatusCode
}

type command struct {
	name string
	run  func(url string) error
}

var commands = []*command{
	{name: "ping", run: func(url string) error {
		_, err := http.Get(url) // want R103
		return err
	}},
}

func headOrGet(client *http.Client, url string, get bool) bool {
	req, err := http.NewRequest("HEAD", url, nil)
	if get {
		req, err = http.NewRequest("GET", url, nil)
	}
	if err != nil {
		return false
	}
	resp, err := client.Do(req) // want R103
	if err != nil {
		return false
	}
	return resp.StatusCode == http.StatusOK
}

// Closed where it fails only: who calls it has an open one where there is no error.
func checked(url string) (*http.Response, error) {
	resp, err := http.Get(url)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK {
		resp.Body.Close()
		return resp, fmt.Errorf("%s: %s", url, resp.Status)
	}
	return resp, nil
}

func typeOf(url string) (string, error) {
	resp, err := checked(url) // want R103
	if err != nil {
		return "", err
	}
	return resp.Header.Get("Content-Type"), nil
}

package orders

import (
	"errors"
	"io"
	"net/http"
)

func look(url string) error {
	resp, err := http.Get(url)
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return errors.New(resp.Status)
	}
	defer resp.Body.Close()
	_, err = io.Copy(io.Discard, resp.Body)
	return err
}

func lookAside(url string) error {
	resp, err := http.Get(url) //nolint:bodyclose // the test says so
	if err != nil {
		return err
	}
	return errors.New(resp.Status)
}

func lookRight(url string) error {
	resp, err := http.Get(url)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	_, err = io.Copy(io.Discard, resp.Body)
	return err
}

package shop

import (
	"errors"
	"net/http"
)

func named(url string) error {
	resp, err := http.Get(url)
	if err != nil {
		return err
	}
	return errors.New(resp.Status)
}

package shop

import (
	"errors"

	fetch "unknown.example/fetch"
)

func unknown(url string) error {
	resp, err := fetch.Client.Get(url)
	if err != nil {
		return err
	}
	return errors.New(resp.Status)
}

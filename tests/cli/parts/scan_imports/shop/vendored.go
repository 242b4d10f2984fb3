package shop

import (
	"errors"

	fetch "dep.example/fetch"
)

func vendored(url string) error {
	resp, err := fetch.Client.Get(url)
	if err != nil {
		return err
	}
	return errors.New(resp.Status)
}

package shop

import (
	"errors"

	fetch "used.example/fetch"
)

func used(url string) error {
	resp, err := fetch.Client.Get(url)
	if err != nil {
		return err
	}
	return errors.New(resp.Status)
}

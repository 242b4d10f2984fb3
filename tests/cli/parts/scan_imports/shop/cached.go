package shop

import (
	"errors"

	fetch "cached.example/Fetch"
)

func cached(url string) error {
	resp, err := fetch.Client.Get(url)
	if err != nil {
		return err
	}
	return errors.New(resp.Status)
}

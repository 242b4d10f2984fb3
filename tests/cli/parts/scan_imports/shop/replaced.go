package shop

import (
	"errors"

	fetch "replaced.example/fetch"
)

func replaced(url string) error {
	resp, err := fetch.Client.Get(url)
	if err != nil {
		return err
	}
	return errors.New(resp.Status)
}

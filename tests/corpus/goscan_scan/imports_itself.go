package fuzz

import (
	again "again"
	"net/http"
)

type Price struct {
	again.Price
	next *again.Price
}

func Look(url string) (*http.Response, error) {
	p := again.Look
	resp, err := again.Look(url)
	if err != nil {
		return nil, err
	}
	_, _ = p(url)
	return resp, nil
}

func (p *Price) Close() error { return p.next.Close() }

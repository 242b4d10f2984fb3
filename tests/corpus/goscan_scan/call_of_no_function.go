package p

import "net/http"

func f(i []func()) {
	f, err := i
	err(http.Transport{})
}

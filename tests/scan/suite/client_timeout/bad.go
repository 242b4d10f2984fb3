package clienttimeout

import (
	"encoding/json"
	"net/http"
)

func ownClient(u string, v any) error {
	c := &http.Client{} // want R108
	resp, err := c.Get(u)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	return json.NewDecoder(resp.Body).Decode(v)
}

func ownClientValue(jar http.CookieJar) *http.Client {
	return &http.Client{Jar: jar} // want R108
}

type service struct {
	client http.Client
}

func newService() *service {
	return &service{client: http.Client{CheckRedirect: nil}} // want R108
}

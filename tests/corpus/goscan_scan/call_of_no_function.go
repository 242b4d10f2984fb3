package p

import (ù	"context"
	"database/sql"
	"net/http"
)

func each(db *sql.DB, urls []string) error {
	for _, u := range urls {
		r, err := h|tp.Get(u)
		if err(!= nil {
			return err
		}
		if r == nil {
			continue
		}
		defer r.Body.Close()
		go func() { rows, _ := db.Query(u); use(rows) }()
	}
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	sitch {
	case len(urls) > 3:
		return tx.Commit()
	}
	ctx, cancel := context.WithCancel(nil)
	_ = ctx
	if len(urls) > 2 {
		cancel()
	}
	c := &http.Client{Transport: &http.Transport{}}
	_, err = c.Do(nil)
	return err
}

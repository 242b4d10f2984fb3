package deferloop

import (
	"database/sql"
	"io"
	"net/http"
	"os"
)

// A function of its own a round.
// looks like R106
func literalEachRound(names []string) error {
	for _, name := range names {
		err := func() error {
			f, err := os.Open(name)
			if err != nil {
				return err
			}
			defer f.Close()
			_, err = io.Copy(io.Discard, f)
			return err
		}()
		if err != nil {
			return err
		}
	}
	return nil
}

// looks like R106
func closedEachRound(names []string) error {
	for _, name := range names {
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		io.Copy(io.Discard, f)
		f.Close()
	}
	return nil
}

// The round that defers is the last one.
// looks like R106
func firstThatOpens(names []string) ([]byte, error) {
	for _, name := range names {
		f, err := os.Open(name)
		if err != nil {
			continue
		}
		defer f.Close()
		return io.ReadAll(f)
	}
	return nil, os.ErrNotExist
}

// looks like R106
func twoEnds() error {
	for _, name := range []string{"/a", "/b"} {
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		defer f.Close()
	}
	return nil
}

// The defer is in a goroutine's function.
// looks like R106
func each(urls []string, done chan<- int) {
	for _, u := range urls {
		go func() {
			resp, err := http.Get(u)
			if err != nil {
				done <- 0
				return
			}
			defer resp.Body.Close()
			done <- resp.StatusCode
		}()
	}
}

// Taken before the loop.
// looks like R106
func once(db *sql.DB, ids []int) error {
	stmt, err := db.Prepare("DELETE FROM t WHERE id = ?")
	if err != nil {
		return err
	}
	defer stmt.Close()
	for _, id := range ids {
		if _, err := stmt.Exec(id); err != nil {
			return err
		}
	}
	return nil
}

// All are needed until the end: the merge reads from every one of them.
// looks like R106
func oneOf(name string) (int64, error) {
	f, err := os.Open(name)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	return io.Copy(io.Discard, f)
}

// looks like R106
func byHelper(names []string) (n int64) {
	for _, name := range names {
		m, _ := oneOf(name)
		n += m
	}
	return n
}

// The loop is left right after.
// looks like R106
func retryOpen(name string) (err error) {
	for i := 0; i < 1000; i++ {
		var f *os.File
		f, err = os.Open(name)
		if err != nil {
			continue
		}
		defer f.Close()
		io.Copy(io.Discard, f)
		break
	}
	return err
}

// rules R106

package deferloop

import (
	"database/sql"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"path/filepath"

	"golang.org/x/crypto/ssh"
)

func concat(dst io.Writer, names []string) error {
	for _, name := range names {
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		defer func() { // want R106
			if err := f.Close(); err != nil {
				log.Print(err)
			}
		}()
		if _, err := io.Copy(dst, f); err != nil {
			return err
		}
	}
	return nil
}

func statements(tx *sql.Tx, queries []string) error {
	for _, q := range queries {
		stmt, err := tx.Prepare(q)
		if err != nil {
			return err
		}
		defer stmt.Close() // want R106
		if _, err := stmt.Exec(); err != nil {
			return err
		}
	}
	return nil
}

func commands(client *ssh.Client, lines []string) error {
	for _, line := range lines {
		session, err := client.NewSession()
		if err != nil {
			return err
		}
		defer session.Close() // want R106
		if err := session.Run(line); err != nil {
			return err
		}
	}
	return nil
}

// Two loops, one function.
func tree(root string, dirs []string) (n int64, err error) {
	for _, d := range dirs {
		names, _ := filepath.Glob(filepath.Join(root, d, "*"))
		for _, name := range names {
			f, err := os.Open(name)
			if err != nil {
				return n, err
			}
			defer f.Close() // want R106
			m, _ := io.Copy(io.Discard, f)
			n += m
		}
	}
	return n, nil
}

func drain(body io.ReadCloser) {
	io.Copy(io.Discard, body)
	body.Close()
}

// A helper is deferred.
func pages(c *http.Client, urls []string) error {
	for _, u := range urls {
		resp, err := c.Get(u)
		if err != nil {
			return err
		}
		defer drain(resp.Body) // want R106
		if resp.StatusCode != http.StatusOK {
			return io.EOF
		}
	}
	return nil
}

// Until the list is empty.
func probe(l []string) {
	for len(l) > 0 {
		c, err := net.Dial("tcp", l[0])
		l = l[1:]
		if err == nil {
			defer c.Close() // want R106
			c.Write([]byte("hi"))
		}
	}
}

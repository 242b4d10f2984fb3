package sqltest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log"
	"sync"
)

// looks like R120
func (s *store) goodNames() ([]string, error) {
	rows, err := s.db.Query("SELECT name FROM users")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var n string
		if err := rows.Scan(&n); err != nil {
			return nil, err
		}
		out = append(out, n)
	}
	return out, rows.Err()
}

// Read to the end: Next closes them.
// looks like R120
func (s *store) drained() (int, error) {
	rows, err := s.db.Query("SELECT id FROM users")
	if err != nil {
		return 0, err
	}
	n := 0
	for rows.Next() {
		n++
	}
	return n, rows.Err()
}

// looks like R120
func (s *store) none() error {
	rows, err := s.db.Query("SELECT 1")
	if err != nil {
		return err
	}
	if !rows.Next() {
		return sql.ErrNoRows
	}
	var n int
	err = rows.Scan(&n)
	rows.Close()
	return err
}

// looks like R120
func (s *store) closedByHand() error {
	rows, err := s.db.Query("SELECT 1")
	if err != nil {
		return err
	}
	for rows.Next() {
		var n int
		if err := rows.Scan(&n); err != nil {
			rows.Close()
			return err
		}
	}
	return rows.Close()
}

func collect(rows *sql.Rows) ([]int, error) {
	defer rows.Close()
	var out []int
	for rows.Next() {
		var n int
		if err := rows.Scan(&n); err != nil {
			return nil, err
		}
		out = append(out, n)
	}
	return out, rows.Err()
}

// looks like R120
func (s *store) byHelper() ([]int, error) {
	rows, err := s.db.Query("SELECT 1")
	if err != nil {
		return nil, err
	}
	return collect(rows)
}

// looks like R120
func (s *store) goodQuery(q string) (*sql.Rows, error) {
	rows, err := s.db.Query(q)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", q, err)
	}
	return rows, nil
}

type cursor struct {
	rows *sql.Rows
	buf  []byte
}

func (c *cursor) Close() error { return c.rows.Close() }

// looks like R120
func (s *store) cursor() (*cursor, error) {
	rows, err := s.db.Query("SELECT 1")
	if err != nil {
		return nil, err
	}
	c := &cursor{rows: rows}
	c.buf = make([]byte, 16)
	return c, nil
}

// looks like R120
func perIDWell(db *sql.DB, ids []int) error {
	for _, id := range ids {
		if err := func() error {
			rows, err := db.Query("SELECT 1 FROM t WHERE id = ?", id)
			if err != nil {
				return err
			}
			defer rows.Close()
			rows.Next()
			return rows.Err()
		}(); err != nil {
			return err
		}
	}
	return nil
}

// looks like R122
func (s *store) exec(id int) error {
	_, err := s.db.Exec("UPDATE users SET seen = 1 WHERE id = ?", id)
	return err
}

// looks like R122
func (s *store) queryRow(id int) (n int, err error) {
	err = s.db.QueryRow("SELECT n FROM users WHERE id = ?", id).Scan(&n)
	return
}

// looks like R123
func (s *store) goodPrepared(id int) (string, error) {
	stmt, err := s.db.Prepare("SELECT name FROM users WHERE id = ?")
	if err != nil {
		return "", err
	}
	defer stmt.Close()
	var n string
	err = stmt.QueryRow(id).Scan(&n)
	return n, err
}

type keeper struct {
	once sync.Once
	stmt *sql.Stmt
	db   *sql.DB
}

// looks like R123
func (k *keeper) prepareOnce(db *sql.DB) (err error) {
	k.stmt, err = db.Prepare("SELECT 1")
	return err
}

// looks like R123
func (k *keeper) prepareLazily(db *sql.DB) {
	k.once.Do(func() {
		stmt, err := db.Prepare("SELECT 1")
		if err != nil {
			log.Fatal(err)
		}
		k.stmt = stmt
	})
}

// looks like R124
func (s *store) goodTransfer(from, to, n int) error {
	tx, err := s.db.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := tx.Exec("UPDATE a SET n = n - ? WHERE id = ?", n, from); err != nil {
		return err
	}
	return tx.Commit()
}

// looks like R124
func (s *store) deferredDecision() (err error) {
	tx, err := s.db.Begin()
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			tx.Rollback()
			return
		}
		err = tx.Commit()
	}()
	_, err = tx.Exec("DELETE FROM a")
	return err
}

// looks like R124
func (s *store) everyPath(ok bool) error {
	tx, err := s.db.Begin()
	if err != nil {
		return err
	}
	if !ok {
		return tx.Rollback()
	}
	if _, err := tx.Exec("DELETE FROM a"); err != nil {
		if rb := tx.Rollback(); rb != nil {
			return errors.Join(err, rb)
		}
		return err
	}
	return tx.Commit()
}

// looks like R124
func (s *store) runInTx(do func(*sql.Tx) error) error {
	tx, err := s.db.Begin()
	if err != nil {
		return err
	}
	if err := do(tx); err != nil {
		tx.Rollback()
		return err
	}
	return tx.Commit()
}

func finish(tx *sql.Tx, err error) error {
	if err != nil {
		tx.Rollback()
		return err
	}
	return tx.Commit()
}

// looks like R124
func (s *store) finished() error {
	tx, err := s.db.Begin()
	if err != nil {
		return err
	}
	_, err = tx.Exec("DELETE FROM a")
	return finish(tx, err)
}

type unit struct{ tx *sql.Tx }

// looks like R124
func (s *store) unit() (*unit, error) {
	tx, err := s.db.Begin()
	if err != nil {
		return nil, err
	}
	return &unit{tx: tx}, nil
}

// looks like R124
func (s *store) handedOut(ctx context.Context) (*sql.Tx, func(), error) {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return nil, nil, err
	}
	return tx, func() { tx.Rollback() }, nil
}

// looks like R124
func (s *store) panics() error {
	tx, err := s.db.Begin()
	if err != nil {
		return err
	}
	defer func() {
		if p := recover(); p != nil {
			_ = tx.Rollback()
			panic(p)
		}
	}()
	return tx.Commit()
}

// looks like R125
func (k *keeper) openOnce(dsn string) error {
	db, err := sql.Open("mysql", dsn)
	if err != nil {
		return err
	}
	k.db = db
	return nil
}

var shared *sql.DB

// looks like R125
func openShared(dsn string) {
	var err error
	shared, err = sql.Open("mysql", dsn)
	if err != nil {
		log.Fatal(err)
	}
}

// looks like R125
func openAndClose(dsn string) error {
	db, err := sql.Open("mysql", dsn)
	if err != nil {
		return err
	}
	defer db.Close()
	return db.Ping()
}

// looks like R125
func openChecked(dsn string) (*sql.DB, error) {
	db, err := sql.Open("mysql", dsn)
	if err != nil {
		return nil, err
	}
	if err := db.Ping(); err != nil {
		db.Close()
		return nil, err
	}
	return db, nil
}

// looks like R125
func holdsIt(dsn string) (*keeper, error) {
	db, err := openChecked(dsn)
	if err != nil {
		return nil, err
	}
	return &keeper{db: db}, nil
}

// looks like R126
func (s *store) goodSession(ctx context.Context) error {
	c, err := s.db.Conn(ctx)
	if err != nil {
		return err
	}
	defer c.Close()
	_, err = c.ExecContext(ctx, "SET SESSION x = 1")
	return err
}

// looks like R126
func (s *store) raw(ctx context.Context) (err error) {
	c, err := s.db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	return c.Raw(func(any) error { return nil })
}

type session struct{ c *sql.Conn }

// looks like R126
func (s *store) open(ctx context.Context) (*session, error) {
	c, err := s.db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := c.ExecContext(ctx, "SET x = 1"); err != nil {
		c.Close()
		return nil, err
	}
	return &session{c}, nil
}

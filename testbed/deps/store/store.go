// Package store reads and writes orders in MariaDB, and forgets what database/sql wants back.
package store

import (
	"context"
	"database/sql"
	"errors"
	"sync/atomic"
	"time"

	_ "github.com/go-sql-driver/mysql" // the driver

	"demo/service"
)

// Store is the orders table. One row in it has no price, which Scan into an int refuses.
type Store struct {
	db      *sql.DB
	waiting int64
}

func open(o service.Options) (*Store, error) {
	if o.DSN == "" {
		return nil, errors.New("-dsn is required")
	}
	db, err := sql.Open("mysql", o.DSN)
	if err != nil {
		return nil, err
	}
	if o.Limit > 0 {
		db.SetMaxOpenConns(o.Limit)
	}
	db.SetMaxIdleConns(4)
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	for _, statement := range []string{
		"CREATE TABLE IF NOT EXISTS orders (id INT PRIMARY KEY, price INT NULL)",
		"REPLACE INTO orders VALUES (1, 1299), (2, NULL), (3, 499)",
	} {
		if _, err := db.ExecContext(ctx, statement); err != nil {
			return nil, err
		}
	}
	return &Store{db: db}, nil
}

func (s *Store) truth() map[string]interface{} {
	stats := s.db.Stats()
	return map[string]interface{}{"open": stats.OpenConnections, "in_use": stats.InUse, "wait_count": stats.WaitCount,
		"waiting": atomic.LoadInt64(&s.waiting)}
}

// totalForgetful returns early when a Scan fails, and leaves the rows (and their connection) behind.
func (s *Store) totalForgetful() (int, error) {
	ctx, cancel := context.WithCancel(context.Background())
	_ = cancel                                                                  // as with a request's context that outlives the call
	rows, err := s.db.QueryContext(ctx, "SELECT price FROM orders ORDER BY id") // LEAK rows
	if err != nil {
		return 0, err
	}
	total := 0
	for rows.Next() {
		var price int
		if err := rows.Scan(&price); err != nil {
			return 0, err
		}
		total += price
	}
	return total, rows.Err()
}

func (s *Store) total() (int, error) {
	rows, err := s.db.Query("SELECT price FROM orders ORDER BY id")
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	total := 0
	for rows.Next() {
		var price int
		if err := rows.Scan(&price); err != nil {
			return 0, err
		}
		total += price
	}
	return total, rows.Err()
}

func (s *Store) payForgetful() error {
	ctx, cancel := context.WithCancel(context.Background())
	_ = cancel
	tx, err := s.db.BeginTx(ctx, nil) // LEAK tx
	if err != nil {
		return err
	}
	var price sql.NullInt64
	if err := tx.QueryRow("SELECT price FROM orders WHERE id = 2").Scan(&price); err != nil {
		return err
	}
	if !price.Valid {
		return errors.New("order 2 has no price") // the fault: neither Commit nor Rollback on this path
	}
	return tx.Commit()
}

func (s *Store) pay() error {
	tx, err := s.db.Begin()
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	var price sql.NullInt64
	if err := tx.QueryRow("SELECT price FROM orders WHERE id = 2").Scan(&price); err != nil {
		return err
	}
	if !price.Valid {
		return errors.New("order 2 has no price")
	}
	return tx.Commit()
}

// lookupOnce opens a whole pool for one question.
func lookupOnce(dsn string) error {
	db, err := sql.Open("mysql", dsn) // LEAK open
	if err != nil {
		return err
	}
	var n int
	return db.QueryRow("SELECT COUNT(*) FROM orders").Scan(&n)
}

// RowsLeaky forgets rows. With -limit the pool runs dry and callers pile up in (*DB).conn; -variant async makes each call a
// goroutine of its own, as requests are.
func RowsLeaky(o service.Options) (*service.Service, error) {
	return start(o, func(s *Store) error { _, err := s.totalForgetful(); return err })
}

// RowsFixed closes them.
func RowsFixed(o service.Options) (*service.Service, error) {
	return start(o, func(s *Store) error { _, err := s.total(); return err })
}

// TxLeaky forgets transactions.
func TxLeaky(o service.Options) (*service.Service, error) { return start(o, (*Store).payForgetful) }

// TxFixed rolls back.
func TxFixed(o service.Options) (*service.Service, error) { return start(o, (*Store).pay) }

// OpenLeaky opens a pool for each call.
func OpenLeaky(o service.Options) (*service.Service, error) {
	return start(o, func(*Store) error { return lookupOnce(o.DSN) })
}

// OpenFixed uses the one there is.
func OpenFixed(o service.Options) (*service.Service, error) {
	return start(o, func(s *Store) error {
		var n int
		return s.db.QueryRow("SELECT COUNT(*) FROM orders").Scan(&n)
	})
}

func start(o service.Options, call func(*Store) error) (*service.Service, error) {
	s, err := open(o)
	if err != nil {
		return nil, err
	}
	once := func() error { return call(s) }
	if o.Variant == "async" {
		once = func() error { go s.request(call); return nil }
	}
	return &service.Service{Call: once, Truth: s.truth}, nil
}

func (s *Store) request(call func(*Store) error) {
	atomic.AddInt64(&s.waiting, 1)
	defer atomic.AddInt64(&s.waiting, -1)
	_ = call(s)
}

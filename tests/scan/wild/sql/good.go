package store

import (
	"context"
	"database/sql"
	"fmt"
	"net/http"
	"sync"
	"time"
)

// looks like R120
func (r *repo) Teams(ctx context.Context) (teams []string, err error) {
	rows, err := r.run(ctx, "SELECT name FROM teams")
	if err != nil {
		return nil, err
	}
	defer func() {
		if cerr := rows.Close(); cerr != nil && err == nil {
			err = cerr
		}
	}()
	for rows.Next() {
		var t string
		if err = rows.Scan(&t); err != nil {
			return nil, err
		}
		teams = append(teams, t)
	}
	return teams, rows.Err()
}

// scanUsers closes what it is given.
func scanUsers(rows *sql.Rows) ([]user, error) {
	defer rows.Close()
	var out []user
	for rows.Next() {
		var u user
		if err := rows.Scan(&u.ID, &u.Name); err != nil {
			return nil, err
		}
		out = append(out, u)
	}
	return out, rows.Err()
}

// looks like R120
func (r *repo) Admins(ctx context.Context) ([]user, error) {
	rows, err := r.selectBy(ctx, "role", "admin")
	if err != nil {
		return nil, err
	}
	return scanUsers(rows)
}

// cursor owns its rows until Close.
type cursor struct {
	rows *sql.Rows
	err  error
}

func (c *cursor) Close() error { return c.rows.Close() }

// looks like R120
func (r *repo) Cursor(ctx context.Context) (*cursor, error) {
	rows, err := r.db.QueryContext(ctx, "SELECT id, name FROM users")
	if err != nil {
		return nil, err
	}
	return &cursor{rows: rows}, nil
}

// looks like R120
func (r *repo) sizeOf(ctx context.Context, table string) (n int64, err error) {
	switch table {
	case "users", "teams":
		err = r.db.QueryRowContext(ctx, "SELECT count(*) FROM "+table).Scan(&n)
	default:
		var rows *sql.Rows
		if rows, err = r.db.QueryContext(ctx, "SELECT pg_relation_size($1)", table); err != nil {
			break
		}
		defer rows.Close()
		for rows.Next() {
			err = rows.Scan(&n)
		}
	}
	return n, err
}

// looks like R122
func (r *repo) Seen(ctx context.Context, id int64) error {
	_, err := r.db.ExecContext(ctx, "UPDATE users SET seen = now() WHERE id = $1", id)
	return err
}

// looks like R122
func (r *repo) Add(ctx context.Context, name string) (id int64, err error) {
	err = r.db.QueryRowContext(ctx, "INSERT INTO users (name) VALUES ($1) RETURNING id", name).Scan(&id)
	return id, err
}

// looks like R122
func (r *repo) Reserve(ctx context.Context, n int) ([]user, error) {
	rows, err := r.db.QueryContext(ctx, "UPDATE seats SET taken = true WHERE n < $1 RETURNING id, name", n)
	if err != nil {
		return nil, err
	}
	return scanUsers(rows)
}

// The query of a URL is none of a database.
//
// looks like R122
func tenantOf(req *http.Request) string {
	_ = req.URL.Query()
	q := req.URL.Query()
	return q.Get("tenant")
}

type statements struct {
	mu    sync.Mutex
	db    *sql.DB
	byKey map[string]*sql.Stmt
	find  *sql.Stmt
}

// looks like R123
func newStatements(db *sql.DB) (*statements, error) {
	find, err := db.Prepare("SELECT name FROM users WHERE id = $1")
	if err != nil {
		return nil, err
	}
	return &statements{db: db, byKey: map[string]*sql.Stmt{}, find: find}, nil
}

// looks like R123
func (s *statements) get(ctx context.Context, query string) (*sql.Stmt, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if stmt, ok := s.byKey[query]; ok {
		return stmt, nil
	}
	stmt, err := s.db.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	s.byKey[query] = stmt
	return stmt, nil
}

// A statement of a transaction is closed with it.
//
// looks like R123
func (r *repo) load(ctx context.Context, users []user) (err error) {
	tx, err := r.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	stmt, err := tx.PrepareContext(ctx, "INSERT INTO users (name) VALUES ($1)")
	if err != nil {
		return err
	}
	for _, u := range users {
		if _, err := stmt.ExecContext(ctx, u.Name); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// looks like R123
func (r *repo) age(id int64) (days int, err error) {
	stmt := r.prepared("SELECT age FROM users WHERE id = $1")
	defer func() { _ = stmt.Close() }()
	err = stmt.QueryRow(id).Scan(&days)
	return days, err
}

// looks like R124
func (r *repo) Move(ctx context.Context, id int64, team string) error {
	tx, err := r.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, "UPDATE users SET team = $1 WHERE id = $2", team, id); err != nil {
		return err
	}
	if team == "" {
		return errNoFunds
	}
	return tx.Commit()
}

// looks like R124
func (r *repo) Merge(ctx context.Context, a, b int64) (err error) {
	tx, err := r.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() {
		if p := recover(); p != nil {
			_ = tx.Rollback()
			panic(p)
		} else if err != nil {
			_ = tx.Rollback()
		} else {
			err = tx.Commit()
		}
	}()
	if _, err = tx.ExecContext(ctx, "UPDATE orders SET usr = $1 WHERE usr = $2", a, b); err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, "DELETE FROM users WHERE id = $1", b)
	return err
}

// looks like R124
func (r *repo) Purge(ctx context.Context, before time.Time) (err error) {
	tx, err := r.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer finish(tx, &err)
	_, err = tx.ExecContext(ctx, "DELETE FROM events WHERE at < $1", before)
	return err
}

type unit struct {
	tx   *sql.Tx
	done bool
}

func (u *unit) Commit() error { u.done = true; return u.tx.Commit() }

func (u *unit) Rollback() error { return u.tx.Rollback() }

// looks like R124
func (r *repo) Begin(ctx context.Context) (*unit, error) {
	tx, err := r.db.BeginTx(ctx, nil)
	if err != nil {
		return nil, fmt.Errorf("begin: %w", err)
	}
	return &unit{tx: tx}, nil
}

var (
	defaultOnce sync.Once
	defaultDB   *sql.DB
	defaultErr  error
)

// looks like R125
func Default() (*sql.DB, error) {
	defaultOnce.Do(func() {
		defaultDB, defaultErr = sql.Open("postgres", dsnOf("default"))
	})
	return defaultDB, defaultErr
}

// looks like R125
func NewRepo(dsn string) (*repo, error) {
	db, err := sql.Open("postgres", dsn)
	if err != nil {
		return nil, err
	}
	if err := db.Ping(); err != nil {
		db.Close()
		return nil, err
	}
	return &repo{db: db, now: time.Now}, nil
}

// looks like R125
func checkDSN(ctx context.Context, dsn string) error {
	db, err := sql.Open("postgres", dsn)
	if err != nil {
		return err
	}
	defer db.Close()
	return db.PingContext(ctx)
}

type tenants struct {
	mu  sync.RWMutex
	dbs map[string]*sql.DB
}

// looks like R125
func (t *tenants) of(name string) (*sql.DB, error) {
	t.mu.RLock()
	db := t.dbs[name]
	t.mu.RUnlock()
	if db != nil {
		return db, nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	db, err := connect(name)
	if err != nil {
		return nil, err
	}
	t.dbs[name] = db
	return db, nil
}

// looks like R126
func (r *repo) pinned(ctx context.Context, work func(*sql.Conn) error) error {
	conn, err := r.db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if work == nil {
		return errStop
	}
	return work(conn)
}

// lease keeps its connection until Release.
type lease struct{ conn *sql.Conn }

func (l *lease) Release() { _ = l.conn.Close() }

// looks like R126
func (r *repo) Lease(ctx context.Context, key string) (_ *lease, err error) {
	conn, err := r.db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			_ = conn.Close()
		}
	}()
	if _, err = conn.ExecContext(ctx, "SELECT lock($1)", key); err != nil {
		return nil, err
	}
	return &lease{conn: conn}, nil
}

// looks like R126
func (r *repo) drop(ctx context.Context, key string) error {
	l, err := r.Lease(ctx, key)
	if err != nil {
		return err
	}
	defer l.Release()
	return nil
}

// looks like R126
func (r *repo) notifyLoop(ctx context.Context, events <-chan string) error {
	conn, err := r.db.Conn(ctx)
	if err != nil {
		return err
	}
	for {
		select {
		case <-ctx.Done():
			return conn.Close()
		case e, ok := <-events:
			if !ok {
				return conn.Close()
			}
			if _, err := conn.ExecContext(ctx, "NOTIFY x, $1", e); err != nil {
				conn.Close()
				return err
			}
		}
	}
}

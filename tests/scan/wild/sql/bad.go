// rules R120 R122 R123 R124 R125 R126

package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"time"
)

type repo struct {
	db  *sql.DB
	now func() time.Time
}

type user struct {
	ID   int64
	Name string
}

// --- R120 ---

func (r *repo) Users(ctx context.Context, team string) ([]user, error) {
	rows, err := r.db.QueryContext(ctx, "SELECT id, name FROM users WHERE team = $1", team) // want R120
	if err != nil {
		return nil, fmt.Errorf("users of %s: %w", team, err)
	}
	var out []user
	for rows.Next() {
		var u user
		if err := rows.Scan(&u.ID, &u.Name); err != nil {
			return nil, err
		}
		out = append(out, u)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	return out, rows.Close()
}

// select hides the query; the caller looks at the first row only.
func (r *repo) Exists(ctx context.Context, name string) (found bool, err error) {
	rows, err := r.selectBy(ctx, "name", name) // want R120
	if err != nil {
		return false, err
	}
	return rows.Next(), rows.Err()
}

func eachRow[T any](ctx context.Context, q querier, query string, scan func(*sql.Rows) (T, error)) ([]T, error) {
	rows, err := q.QueryContext(ctx, query) // want R120
	if err != nil {
		return nil, err
	}
	var all []T
	for rows.Next() {
		one, err := scan(rows)
		if errors.Is(err, errStop) {
			break
		}
		if err != nil {
			rows.Close()
			return nil, err
		}
		all = append(all, one)
	}
	return all, rows.Err()
}

func (r *repo) watch(ctx context.Context, t *time.Ticker, changed func(int64)) error {
	var last int64
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-t.C:
			rows, err := r.db.QueryContext(ctx, "SELECT max(id) FROM events") // want R120
			if err != nil {
				continue
			}
			if rows.Next() {
				if err := rows.Scan(&last); err != nil {
					continue
				}
				changed(last)
			}
			rows.Close()
		}
	}
}

// --- R122 ---

func (r *repo) Touch(ctx context.Context, id int64) error {
	_, err := r.db.QueryContext(ctx, "UPDATE users SET seen = $1 WHERE id = $2", r.now(), id) // want R122
	return err
}

func (r *repo) Ping() error {
	if _, err := r.db.Query("SELECT 1"); err != nil { // want R122
		return fmt.Errorf("no database: %w", err)
	}
	return nil
}

func forget(tx *sql.Tx, ids []int64) (err error) {
	for _, id := range ids {
		if _, err = tx.Query("DELETE FROM users WHERE id = $1", id); err != nil { // want R122
			return err
		}
	}
	return nil
}

func (r *repo) audit(ctx context.Context, ev string) {
	go func() {
		_, _ = r.db.QueryContext(ctx, "INSERT INTO audit (event) VALUES ($1)", ev) // want R122
	}()
}

// --- R123 ---

func (r *repo) Rename(ctx context.Context, id int64, name string) error {
	stmt, err := r.db.PrepareContext(ctx, "UPDATE users SET name = $1 WHERE id = $2") // want R123
	if err != nil {
		return err
	}
	_, err = stmt.ExecContext(ctx, name, id)
	return err
}

func (r *repo) Count(query string, args ...any) (n int, err error) {
	stmt, err := r.db.Prepare(query) // want R123
	if err != nil {
		return 0, err
	}
	if err = stmt.QueryRow(args...).Scan(&n); err != nil {
		return 0, err
	}
	return n, stmt.Close()
}

func (r *repo) handleFind(w http.ResponseWriter, req *http.Request) {
	find := r.prepared("SELECT name FROM users WHERE id = $1") // want R123
	var name string
	if err := find.QueryRow(req.FormValue("id")).Scan(&name); err != nil {
		http.Error(w, err.Error(), http.StatusNotFound)
		return
	}
	fmt.Fprintln(w, name)
}

func (r *repo) insertAll(batches [][]user) error {
	for _, batch := range batches {
		stmt, err := r.db.Prepare("INSERT INTO users (name) VALUES ($1)") // want R123
		if err != nil {
			return err
		}
		for _, u := range batch {
			if _, err := stmt.Exec(u.Name); err != nil {
				return err
			}
		}
		if err := stmt.Close(); err != nil {
			return err
		}
	}
	return nil
}

// --- R124 ---

func (r *repo) Transfer(ctx context.Context, from, to int64, cents int64) error {
	tx, err := r.db.BeginTx(ctx, nil) // want R124
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, "UPDATE a SET c = c - $1 WHERE id = $2", cents, from); err != nil {
		tx.Rollback()
		return err
	}
	var left int64
	if err := tx.QueryRowContext(ctx, "SELECT c FROM a WHERE id = $1", from).Scan(&left); err != nil {
		tx.Rollback()
		return err
	}
	if left < 0 {
		return errNoFunds
	}
	if _, err := tx.ExecContext(ctx, "UPDATE a SET c = c + $1 WHERE id = $2", cents, to); err != nil {
		tx.Rollback()
		return err
	}
	return tx.Commit()
}

// The closure rolls back on panic only.
func (r *repo) inTx(ctx context.Context, work func(*sql.Tx) error) (err error) {
	tx, err := r.db.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelSerializable}) // want R124
	if err != nil {
		return err
	}
	defer func() {
		if p := recover(); p != nil {
			_ = tx.Rollback()
			panic(p)
		}
	}()
	if err = work2(work, tx); err != nil {
		return err
	}
	return tx.Commit()
}

func (r *repo) handleVote(w http.ResponseWriter, req *http.Request) {
	tx, err := r.db.Begin() // want R124
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	switch req.Method {
	case http.MethodPost:
		if _, err = tx.Exec("UPDATE votes SET n = n + 1"); err == nil {
			err = tx.Commit()
		} else {
			err = errors.Join(err, tx.Rollback())
		}
	case http.MethodDelete:
		err = tx.Rollback()
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
	}
}

func (r *repo) migrate(steps []string) error {
	for i, s := range steps {
		tx, err := r.db.Begin() // want R124
		if err != nil {
			return err
		}
		if _, err := tx.Exec(s); err != nil {
			return fmt.Errorf("step %d: %w", i, err)
		}
		if err := tx.Commit(); err != nil {
			return err
		}
	}
	return nil
}

// --- R125 ---

func handleTenant(w http.ResponseWriter, req *http.Request) {
	db, err := sql.Open("postgres", dsnOf(req.Header.Get("X-Tenant"))) // want R125
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	var n int
	if err := db.QueryRowContext(req.Context(), "SELECT count(*) FROM users").Scan(&n); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	fmt.Fprint(w, n)
}

func connect(tenant string) (*sql.DB, error) {
	db, err := sql.Open("postgres", dsnOf(tenant)) // want R125
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(2)
	return db, nil
}

func reportTenant(ctx context.Context, tenant string) (n int, err error) {
	db, err := connect(tenant)
	if err != nil {
		return 0, err
	}
	err = db.QueryRowContext(ctx, "SELECT count(*) FROM orders").Scan(&n)
	return n, err
}

func pollTenants(ctx context.Context, tenants []string, sick func(string, error)) {
	for range time.NewTicker(time.Minute).C {
		for _, t := range tenants {
			db, err := sql.Open("mysql", dsnOf(t)) // want R125
			if err != nil {
				sick(t, err)
				continue
			}
			if err := db.PingContext(ctx); err != nil {
				sick(t, err)
				continue
			}
			db.Close()
		}
	}
}

func (r *repo) replicaLag(dsn string) (lag time.Duration, err error) {
	replica := sql.OpenDB(connectorOf(dsn)) // want R125
	var seconds int64
	if err = replica.QueryRow("SELECT lag()").Scan(&seconds); err != nil {
		return 0, err
	}
	return time.Duration(seconds) * time.Second, nil
}

// --- R126 ---

func (r *repo) WithLock(ctx context.Context, key int64, work func() error) error {
	conn, err := r.db.Conn(ctx) // want R126
	if err != nil {
		return err
	}
	var got bool
	if err := conn.QueryRowContext(ctx, "SELECT pg_try_advisory_lock($1)", key).Scan(&got); err != nil {
		conn.Close()
		return err
	}
	if !got {
		return errLocked
	}
	defer conn.Close()
	return work()
}

func (r *repo) listen(ctx context.Context, channel string) error {
	conn, err := r.db.Conn(ctx) // want R126
	if err != nil {
		return err
	}
	_, err = conn.ExecContext(ctx, "LISTEN "+channel)
	return err
}

func (r *repo) rawPing(ctx context.Context) (err error) {
	var conn *sql.Conn
	if conn, err = r.db.Conn(ctx); err != nil { // want R126
		return err
	}
	return conn.Raw(func(driver any) error {
		if p, ok := driver.(interface{ Ping() error }); ok {
			return p.Ping()
		}
		return nil
	})
}

func (r *repo) pin(ctx context.Context, tries int) (int, error) {
	for i := 0; i < tries; i++ {
		conn, err := r.db.Conn(ctx) // want R126
		if err != nil {
			return 0, err
		}
		var id int
		if err := conn.QueryRowContext(ctx, "SELECT connection_id()").Scan(&id); err != nil {
			continue
		}
		return id, conn.Close()
	}
	return 0, errLocked
}

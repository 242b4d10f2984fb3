package sqltest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log"
	"net/http"
)

type store struct{ db *sql.DB }

// --- R120 ---

func (s *store) names() ([]string, error) {
	rows, err := s.db.Query("SELECT name FROM users") // want R120
	if err != nil {
		return nil, err
	}
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

func (s *store) first() (string, error) {
	rows, err := s.db.Query("SELECT name FROM users") // want R120
	if err != nil {
		return "", err
	}
	var n string
	if rows.Next() {
		err = rows.Scan(&n)
	}
	return n, err
}

func (s *store) until(limit int) (int, error) {
	rows, err := s.db.QueryContext(context.Background(), "SELECT id FROM users") // want R120
	if err != nil {
		return 0, err
	}
	n := 0
	for rows.Next() {
		n++
		if n == limit {
			break
		}
	}
	return n, nil
}

func (s *store) late(want bool) error {
	rows, err := s.db.Query("SELECT 1") // want R120
	if err != nil {
		return err
	}
	if !want {
		return errors.New("not wanted")
	}
	defer rows.Close()
	return nil
}

func (s *store) columns() ([]string, error) {
	rows, err := s.db.Query("SELECT * FROM users LIMIT 0") // want R120
	if err != nil {
		return nil, err
	}
	return rows.Columns()
}

func (s *store) query(q string) (*sql.Rows, error) {
	return s.db.Query(q)
}

func (s *store) viaWrapper() (int, error) {
	rows, err := s.query("SELECT count(*) FROM users") // want R120
	if err != nil {
		return 0, err
	}
	var n int
	rows.Next()
	err = rows.Scan(&n)
	return n, err
}

func perID(db *sql.DB, ids []int) error {
	for _, id := range ids {
		rows, err := db.Query("SELECT 1 FROM t WHERE id = ?", id)
		if err != nil {
			return err
		}
		defer rows.Close() // want R106
		rows.Next()
	}
	return nil
}

type querier interface {
	QueryContext(ctx context.Context, q string, args ...any) (*sql.Rows, error)
}

func viaInterface(ctx context.Context, q querier) error {
	rows, err := q.QueryContext(ctx, "SELECT 1") // want R120
	if err != nil {
		return err
	}
	fmt.Println(rows.Columns())
	return nil
}

func (s *store) inTx(tx *sql.Tx) error {
	rows, err := tx.Query("SELECT 1") // want R120
	if err != nil {
		return err
	}
	if !rows.Next() {
		return sql.ErrNoRows
	}
	var n int
	return rows.Scan(&n)
}

// --- R122 ---

func (s *store) touch(id int) error {
	_, err := s.db.Query("UPDATE users SET seen = now() WHERE id = ?", id) // want R122
	return err
}

func (s *store) ping() {
	s.db.Query("SELECT 1") // want R122
}

func insert(ctx context.Context, db *sql.DB) error {
	if _, err := db.QueryContext(ctx, "INSERT INTO t VALUES (1)"); err != nil { // want R122
		return err
	}
	return nil
}

func del(tx *sql.Tx) error {
	_, err := tx.Query("DELETE FROM t") // want R122
	if err != nil {
		return fmt.Errorf("delete: %w", err)
	}
	return nil
}

func createTable(db *sql.DB) {
	if _, err := db.Query("CREATE TABLE t (id int)"); err != nil { // want R122
		log.Print(err)
	}
}

func lockTables(c *sql.Conn) error {
	_, err := c.QueryContext(context.Background(), "LOCK TABLES t WRITE") // want R122
	return err
}

func execPrepared(stmt *sql.Stmt, id int) error {
	_, err := stmt.Query(id) // want R122
	return err
}

func setVar(db *sql.DB) {
	_, _ = db.Query("SET NAMES utf8") // want R122
}

// --- R123 ---

func (s *store) prepared(id int) (string, error) {
	stmt, err := s.db.Prepare("SELECT name FROM users WHERE id = ?") // want R123
	if err != nil {
		return "", err
	}
	var n string
	err = stmt.QueryRow(id).Scan(&n)
	return n, err
}

func (s *store) preparedEarly(id int) error {
	stmt, err := s.db.Prepare("DELETE FROM users WHERE id = ?") // want R123
	if err != nil {
		return err
	}
	if _, err := stmt.Exec(id); err != nil {
		return err
	}
	return stmt.Close()
}

func prepareInLoop(tx *sql.Tx, ids []int) error {
	for _, id := range ids {
		stmt, err := tx.Prepare("UPDATE t SET x = 1 WHERE id = ?") // want R123
		if err != nil {
			return err
		}
		if _, err := stmt.Exec(id); err != nil {
			return err
		}
	}
	return nil
}

func prepareDropped(db *sql.DB) error {
	_, err := db.Prepare("SELECT 1") // want R123
	return err
}

// --- R124 ---

func (s *store) transfer(from, to, n int) error {
	tx, err := s.db.Begin() // want R124
	if err != nil {
		return err
	}
	if _, err := tx.Exec("UPDATE a SET n = n - ? WHERE id = ?", n, from); err != nil {
		return err
	}
	if _, err := tx.Exec("UPDATE a SET n = n + ? WHERE id = ?", n, to); err != nil {
		tx.Rollback()
		return err
	}
	return tx.Commit()
}

func (s *store) read() (int, error) {
	tx, err := s.db.BeginTx(context.Background(), &sql.TxOptions{ReadOnly: true}) // want R124
	if err != nil {
		return 0, err
	}
	var n int
	err = tx.QueryRow("SELECT count(*) FROM a").Scan(&n)
	return n, err
}

func (s *store) conditional(ok bool) error {
	tx, err := s.db.Begin() // want R124
	if err != nil {
		return err
	}
	if ok {
		return tx.Commit()
	}
	return nil
}

func (s *store) batches(sets [][]int) error {
	for _, set := range sets {
		tx, err := s.db.Begin() // want R124
		if err != nil {
			return err
		}
		for _, id := range set {
			if _, err := tx.Exec("DELETE FROM a WHERE id = ?", id); err != nil {
				return err
			}
		}
		if err := tx.Commit(); err != nil {
			return err
		}
	}
	return nil
}

func (s *store) skip(ids []int) error {
	tx, err := s.db.Begin() // want R124
	if err != nil {
		return err
	}
	if len(ids) == 0 {
		return nil
	}
	defer tx.Rollback()
	return tx.Commit()
}

func (s *store) begin() (*sql.Tx, error) { return s.db.Begin() }

func (s *store) wrapped() error {
	tx, err := s.begin() // want R124
	if err != nil {
		return err
	}
	_, err = tx.Exec("DELETE FROM a")
	return err
}

func (s *store) handler(w http.ResponseWriter, r *http.Request) {
	tx, err := s.db.BeginTx(r.Context(), nil) // want R124
	if err != nil {
		http.Error(w, "db", 500)
		return
	}
	if r.FormValue("id") == "" {
		http.Error(w, "id", 400)
		return
	}
	tx.Commit()
}

func onConn(ctx context.Context, c *sql.Conn) error {
	tx, err := c.BeginTx(ctx, nil) // want R124
	if err != nil {
		return err
	}
	if _, err = tx.ExecContext(ctx, "DELETE FROM a"); err != nil {
		return fmt.Errorf("delete: %w", err)
	}
	return tx.Commit()
}

// --- R125 ---

func lookup(dsn string) (int, error) {
	db, err := sql.Open("mysql", dsn) // want R125
	if err != nil {
		return 0, err
	}
	var n int
	return n, db.QueryRow("SELECT 1").Scan(&n)
}

func handle(w http.ResponseWriter, r *http.Request) {
	db, err := sql.Open("postgres", "dsn") // want R125
	if err != nil {
		http.Error(w, err.Error(), 500)
		return
	}
	if err := db.PingContext(r.Context()); err != nil {
		http.Error(w, err.Error(), 500)
	}
}

func connect(dsn string) (*sql.DB, error) {
	db, err := sql.Open("mysql", dsn) // want R125
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(4)
	return db, nil
}

func usesConnect(w http.ResponseWriter, r *http.Request) {
	db, err := connect("dsn")
	if err != nil {
		return
	}
	db.ExecContext(r.Context(), "DELETE FROM a")
}

func openLate(dsn string) error {
	db, err := sql.Open("mysql", dsn) // want R125
	if err != nil {
		return err
	}
	if err := db.Ping(); err != nil {
		return err
	}
	defer db.Close()
	return nil
}

func eachTenant(dsns []string) error {
	for _, dsn := range dsns {
		db, err := sql.Open("mysql", dsn) // want R125
		if err != nil {
			return err
		}
		if _, err := db.Exec("ANALYZE TABLE a"); err != nil {
			return err
		}
	}
	return nil
}

func openDropped(dsn string) error {
	_, err := sql.Open("mysql", dsn) // want R125
	return err
}

func withConnector(w http.ResponseWriter, r *http.Request) {
	db := sql.OpenDB(nil) // want R125
	db.PingContext(r.Context())
}

func chained(dsn string, id int) string {
	var name string
	db, _ := sql.Open("mysql", dsn) // want R125
	db.QueryRow("SELECT name FROM a WHERE id = ?", id).Scan(&name)
	return name
}

// --- R126 ---

func (s *store) session(ctx context.Context) error {
	c, err := s.db.Conn(ctx) // want R126
	if err != nil {
		return err
	}
	_, err = c.ExecContext(ctx, "SET SESSION x = 1")
	return err
}

func (s *store) sessionEarly(ctx context.Context) error {
	c, err := s.db.Conn(ctx) // want R126
	if err != nil {
		return err
	}
	if _, err := c.ExecContext(ctx, "SET SESSION x = 1"); err != nil {
		return err
	}
	return c.Close()
}

func (s *store) sessions(ctx context.Context, n int) error {
	for i := 0; i < n; i++ {
		c, err := s.db.Conn(ctx)
		if err != nil {
			return err
		}
		defer c.Close() // want R106
		c.PingContext(ctx)
	}
	return nil
}

func (s *store) branchConn(ctx context.Context, really bool) error {
	c, err := s.db.Conn(ctx) // want R126
	if err != nil {
		return err
	}
	if really {
		defer c.Close()
		return c.PingContext(ctx)
	}
	return nil
}

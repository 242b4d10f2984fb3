// rules R123

package statement

import (
	"context"
	"database/sql"
	"errors"

	"github.com/jmoiron/sqlx"
)

func byContext(ctx context.Context, db *sql.DB, id int) (n int, err error) {
	stmt, err := db.PrepareContext(ctx, "SELECT n FROM t WHERE id = ?") // want R123
	if err != nil {
		return 0, err
	}
	err = stmt.QueryRowContext(ctx, id).Scan(&n)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return n, err
}

func extended(db *sqlx.DB, v any) error {
	stmt, err := db.Preparex("SELECT * FROM t LIMIT 1") // want R123
	if err != nil {
		return err
	}
	return stmt.Get(v)
}

func named(db *sqlx.DB, all []any) error {
	stmt, err := db.PrepareNamed("SELECT * FROM t WHERE id = :id") // want R123
	if err != nil {
		return err
	}
	for _, v := range all {
		if err := stmt.Get(v, v); err != nil {
			return err
		}
	}
	return stmt.Close()
}

func prepare(db *sql.DB, q string) (*sql.Stmt, error) {
	if q == "" {
		return nil, errors.New("empty")
	}
	return db.Prepare(q)
}

// The helper hands it out, and here it is lost.
func byHelper(db *sql.DB) error {
	stmt, err := prepare(db, "DELETE FROM t") // want R123
	if err != nil {
		return err
	}
	_, err = stmt.Exec()
	return err
}

func onConnection(ctx context.Context, c *sql.Conn, really bool) error {
	stmt, err := c.PrepareContext(ctx, "DELETE FROM t") // want R123
	if err != nil {
		return err
	}
	if really {
		defer stmt.Close()
		_, err = stmt.ExecContext(ctx)
	}
	return err
}

// rules R120 R122

package queryexec

import (
	"context"
	"database/sql"
)

// Rows that are wanted.
// looks like R122
func returning(db *sql.DB, name string) (id int, err error) {
	rows, err := db.Query("INSERT INTO t (name) VALUES ($1) RETURNING id", name)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	for rows.Next() {
		if err := rows.Scan(&id); err != nil {
			return 0, err
		}
	}
	return id, rows.Err()
}

// looks like R122
func execs(ctx context.Context, db *sql.DB) error {
	_, err := db.ExecContext(ctx, "DELETE FROM t")
	return err
}

// looks like R122
func closedAtOnce(db *sql.DB) error {
	rows, err := db.Query("CALL refresh()")
	if err != nil {
		return err
	}
	return rows.Close()
}

// looks like R122
func dropsRow(db *sql.DB) error {
	var one int
	return db.QueryRow("SELECT 1").Scan(&one)
}

type builder struct{ sql string }

func (b *builder) Query(q string) (*builder, error) { return &builder{q}, nil }

// Nothing of a database.
// looks like R122
func other(b *builder) error {
	_, err := b.Query("UPDATE t SET x = 1")
	return err
}

// looks like R122
func handedOut(db *sql.DB) (*sql.Rows, error) { return db.Query("SELECT * FROM t") }

// looks like R122
func execOfTx(tx *sql.Tx, id int) error {
	_, err := tx.Exec("UPDATE t SET x = 1 WHERE id = ?", id)
	return err
}

// looks like R122
func prepared(stmt *sql.Stmt, id int) error {
	_, err := stmt.Exec(id)
	return err
}

package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
)

var (
	errStop    = errors.New("stop")
	errNoFunds = errors.New("no funds")
	errLocked  = errors.New("locked")
)

type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

func dsnOf(tenant string) string { return "postgres://db/" + tenant }

func connectorOf(dsn string) driver.Connector { return nil }

func work2(work func(*sql.Tx) error, tx *sql.Tx) error { return work(tx) }

func (r *repo) selectBy(ctx context.Context, column, value string) (*sql.Rows, error) {
	return r.run(ctx, "SELECT * FROM users WHERE "+column+" = $1", value)
}

func (r *repo) run(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return r.db.QueryContext(ctx, query, args...)
}

// prepared panics when the statement is wrong: a mistake of the program.
func (r *repo) prepared(query string) *sql.Stmt {
	stmt, err := r.db.Prepare(query)
	if err != nil {
		panic(err)
	}
	return stmt
}

func finish(tx *sql.Tx, err *error) {
	if *err != nil {
		*err = errors.Join(*err, tx.Rollback())
		return
	}
	*err = tx.Commit()
}

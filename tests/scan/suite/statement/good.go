package statement

import (
	"context"
	"database/sql"
)

// looks like R123
func deferred(db *sql.DB, id int) error {
	stmt, err := db.Prepare("DELETE FROM t WHERE id = ?")
	if err != nil {
		return err
	}
	defer stmt.Close()
	_, err = stmt.Exec(id)
	return err
}

// looks like R123
func closedEverywhere(db *sql.DB, id int) error {
	stmt, err := db.Prepare("DELETE FROM t WHERE id = ?")
	if err != nil {
		return err
	}
	if _, err := stmt.Exec(id); err != nil {
		stmt.Close()
		return err
	}
	return stmt.Close()
}

type repository struct {
	db   *sql.DB
	find *sql.Stmt
	all  map[string]*sql.Stmt
}

// Prepared once and kept.
// looks like R123
func newRepository(db *sql.DB) (*repository, error) {
	find, err := db.Prepare("SELECT 1 FROM t WHERE id = ?")
	if err != nil {
		return nil, err
	}
	return &repository{db: db, find: find, all: map[string]*sql.Stmt{}}, nil
}

func (r *repository) Close() error { return r.find.Close() }

// looks like R123
func (r *repository) cached(q string) (*sql.Stmt, error) {
	if stmt, ok := r.all[q]; ok {
		return stmt, nil
	}
	stmt, err := r.db.Prepare(q)
	if err != nil {
		return nil, err
	}
	r.all[q] = stmt
	return stmt, nil
}

// A statement of the kept one for this transaction: it goes with the transaction.
// looks like R123
func (r *repository) inside(ctx context.Context, tx *sql.Tx, id int) error {
	stmt := tx.StmtContext(ctx, r.find)
	_, err := stmt.Exec(id)
	return err
}

func use(stmt *sql.Stmt) error {
	defer stmt.Close()
	_, err := stmt.Exec()
	return err
}

// looks like R123
func closedByHelper(db *sql.DB) error {
	stmt, err := db.Prepare("DELETE FROM t")
	if err != nil {
		return err
	}
	return use(stmt)
}

// looks like R123
func deferredLiteral(db *sql.DB) (err error) {
	stmt, err := db.Prepare("DELETE FROM t")
	if err != nil {
		return err
	}
	defer func() {
		if cerr := stmt.Close(); err == nil {
			err = cerr
		}
	}()
	_, err = stmt.Exec()
	return err
}

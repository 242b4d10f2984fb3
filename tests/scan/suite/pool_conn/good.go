package poolconn

import (
	"context"
	"database/sql"

	"github.com/gomodule/redigo/redis"
	"github.com/jackc/pgx/v5/pgxpool"
)

// looks like R126
func released(ctx context.Context, pool *pgxpool.Pool) error {
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	_, err = conn.Exec(ctx, "SELECT 1")
	return err
}

// looks like R126
func releasedEverywhere(ctx context.Context, pool *pgxpool.Pool) error {
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return err
	}
	if _, err = conn.Exec(ctx, "SELECT 1"); err != nil {
		conn.Release()
		return err
	}
	conn.Release()
	return nil
}

// looks like R126
func redisDeferred(pool *redis.Pool, key string) (string, error) {
	conn := pool.Get()
	defer conn.Close()
	return redis.String(conn.Do("GET", key))
}

// The function that is given out gives the connection back.
// looks like R126
func unlock(ctx context.Context, db *sql.DB) (func() error, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	return func() error { return conn.Close() }, nil
}

type listener struct{ conn *sql.Conn }

// looks like R126
func newListener(ctx context.Context, db *sql.DB) (*listener, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	return &listener{conn: conn}, nil
}

func (l *listener) Close() error { return l.conn.Close() }

// looks like R126
func with(ctx context.Context, db *sql.DB, f func(*sql.Conn) error) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	return f(conn)
}

// looks like R126
func handedToCaller(ctx context.Context, db *sql.DB) (*sql.Conn, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	if err := conn.PingContext(ctx); err != nil {
		conn.Close()
		return nil, err
	}
	return conn, nil
}

// A goroutine of its own gives it back.
// looks like R126
func inBackground(ctx context.Context, db *sql.DB) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	go func() {
		defer conn.Close()
		<-ctx.Done()
	}()
	return nil
}

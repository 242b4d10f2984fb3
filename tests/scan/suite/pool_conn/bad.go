// rules R126

package poolconn

import (
	"context"
	"database/sql"
	"errors"

	"github.com/gomodule/redigo/redis"
	"github.com/jackc/pgx/v5/pgxpool"
)

func acquired(ctx context.Context, pool *pgxpool.Pool) error {
	conn, err := pool.Acquire(ctx) // want R126
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, "SELECT 1")
	return err
}

func acquiredEarly(ctx context.Context, pool *pgxpool.Pool, id int) (name string, err error) {
	conn, err := pool.Acquire(ctx) // want R126
	if err != nil {
		return "", err
	}
	if err := conn.QueryRow(ctx, "SELECT name FROM t WHERE id = $1", id).Scan(&name); err != nil {
		return "", err
	}
	conn.Release()
	return name, nil
}

func fromRedis(pool *redis.Pool, key string) (string, error) {
	conn := pool.Get() // want R126
	return redis.String(conn.Do("GET", key))
}

func redisEarly(pool *redis.Pool, key string) error {
	conn := pool.Get() // want R126
	if _, err := conn.Do("DEL", key); err != nil {
		return err
	}
	return conn.Close()
}

func locked(ctx context.Context, db *sql.DB, name string) (func() error, error) {
	conn, err := db.Conn(ctx) // want R126
	if err != nil {
		return nil, err
	}
	var got bool
	if err := conn.QueryRowContext(ctx, "SELECT GET_LOCK(?, 0)", name).Scan(&got); err != nil {
		return nil, err
	}
	if !got {
		conn.Close()
		return nil, errors.New("taken")
	}
	return conn.Close, nil
}

func eachRound(ctx context.Context, db *sql.DB, ids []int) error {
	for _, id := range ids {
		conn, err := db.Conn(ctx) // want R126
		if err != nil {
			return err
		}
		if _, err := conn.ExecContext(ctx, "DELETE FROM t WHERE id = ?", id); err != nil {
			continue
		}
		conn.Close()
	}
	return nil
}

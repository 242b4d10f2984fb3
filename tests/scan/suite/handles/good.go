// rules R125 R138

package handles

import (
	"context"
	"database/sql"
	"net/http"
	"sync"

	"github.com/redis/go-redis/v9"
)

var (
	mu   sync.Mutex
	all  = map[string]*sql.DB{}
	once sync.Once
	db   *sql.DB
)

// One for each tenant.
// looks like R125
func tenant(w http.ResponseWriter, r *http.Request) {
	mu.Lock()
	defer mu.Unlock()
	name := r.FormValue("tenant")
	d, ok := all[name]
	if !ok {
		var err error
		if d, err = sql.Open("mysql", name); err != nil {
			return
		}
		all[name] = d
	}
	d.Ping()
}

// looks like R125
func lazily(w http.ResponseWriter, r *http.Request) {
	once.Do(func() { db, _ = sql.Open("mysql", "dsn") })
	db.Ping()
}

type migration struct{ db *sql.DB }

// looks like R125
func newMigration(dsn string) (*migration, error) {
	d, err := sql.Open("mysql", dsn)
	if err != nil {
		return nil, err
	}
	return &migration{d}, nil
}

func (m *migration) Close() error { return m.db.Close() }

// looks like R125
func migrate(w http.ResponseWriter, r *http.Request) {
	m, err := newMigration(r.FormValue("dsn"))
	if err != nil {
		return
	}
	defer m.Close()
	m.db.Ping()
}

type cache struct{ c redis.UniversalClient }

// looks like R138
func newCache(addr string) *cache {
	return &cache{c: redis.NewClient(&redis.Options{Addr: addr})}
}

func (c *cache) Close() error { return c.c.Close() }

// looks like R138
func flush(w http.ResponseWriter, r *http.Request) {
	c := newCache(r.FormValue("addr"))
	defer c.Close()
	c.c.FlushAll(r.Context())
}

// looks like R138
func warm(ctx context.Context, addrs []string) error {
	for _, a := range addrs {
		c := redis.NewClient(&redis.Options{Addr: a})
		err := c.Ping(ctx).Err()
		c.Close()
		if err != nil {
			return err
		}
	}
	return nil
}

// The caller closes what it gets.
// looks like R138
func dial(addr string) (*redis.Client, func() error) {
	c := redis.NewClient(&redis.Options{Addr: addr})
	return c, c.Close
}

// rules R153 R200

package contexts

import (
	"context"
	"database/sql"
	"errors"
	"net/http"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
)

type service struct {
	tracer trace.Tracer
	db     *sql.DB
	limit  time.Duration
	cancel context.CancelFunc
}

// --- R153 ---

func (s *service) handle(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), s.limit) // want R153
	if err := s.db.PingContext(ctx); err != nil {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	defer cancel()
	w.WriteHeader(http.StatusNoContent)
}

func (s *service) race(ctx context.Context, calls []func(context.Context) error) error {
	ctx, cancel := context.WithCancelCause(ctx) // want R153
	errs := make(chan error, len(calls))
	for _, call := range calls {
		go func(call func(context.Context) error) { errs <- call(ctx) }(call)
	}
	for range calls {
		if err := <-errs; err != nil {
			cancel(err)
			return err
		}
	}
	return nil
}

func (s *service) retry(ctx context.Context, call func(context.Context) error) (err error) {
	for i := 0; i < 3; i++ {
		attempt, cancel := context.WithTimeout(ctx, s.limit) // want R153
		err = call(attempt)
		if errors.Is(err, context.DeadlineExceeded) {
			continue
		}
		cancel()
		break
	}
	return err
}

func within(parent context.Context, d time.Duration) context.Context {
	ctx, _ := context.WithTimeout(parent, d) // want R153
	return ctx
}

func (s *service) maybe(ctx context.Context, bounded bool) error {
	cancel := func() {}
	if bounded {
		ctx, cancel = context.WithDeadline(ctx, time.Now().Add(s.limit)) // want R153
	}
	if s.db == nil {
		return errors.New("no database")
	}
	err := s.db.PingContext(ctx)
	cancel()
	return err
}

// --- R200 ---

func (s *service) Load(ctx context.Context, id string) (name string, err error) {
	ctx, span := s.tracer.Start(ctx, "load", trace.WithAttributes(attribute.String("id", id))) // want R200
	row := s.db.QueryRowContext(ctx, "SELECT name FROM t WHERE id = $1", id)
	if err = row.Scan(&name); err != nil {
		span.RecordError(err)
		span.SetStatus(codes.Error, "scan")
		return "", err
	}
	span.End()
	return name, nil
}

func traced(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, span := otel.Tracer("http").Start(r.Context(), r.URL.Path) // want R200
		if r.Method == http.MethodOptions {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		next.ServeHTTP(w, r.WithContext(ctx))
		span.End()
	})
}

func (s *service) batch(ctx context.Context, ids []string) error {
	for _, id := range ids {
		ctx, span := s.tracer.Start(ctx, "item") // want R200
		if id == "" {
			continue
		}
		if _, err := s.Load(ctx, id); err != nil {
			span.End()
			return err
		}
		span.End()
	}
	return nil
}

func startSpan(ctx context.Context, name string) (context.Context, trace.Span) {
	return otel.Tracer("service").Start(ctx, name)
}

func (s *service) Ping(ctx context.Context) error {
	ctx, span := startSpan(ctx, "ping") // want R200
	span.AddEvent("start")
	return s.db.PingContext(ctx)
}

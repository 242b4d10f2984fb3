package contexts

import (
	"context"
	"net/http"
	"sync"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
)

// looks like R153
func (s *service) start(parent context.Context) {
	var ctx context.Context
	ctx, s.cancel = context.WithCancel(parent)
	go func() { <-ctx.Done() }()
}

func (s *service) Close() {
	if s.cancel != nil {
		s.cancel()
	}
}

// looks like R153
func bounded(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	if d <= 0 {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, d)
}

// looks like R153
func (s *service) stream(r *http.Request, feed func(context.Context)) <-chan struct{} {
	ctx, cancel := bounded(r.Context(), s.limit)
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer cancel()
		feed(ctx)
	}()
	return done
}

type subscription struct {
	stop func()
	wg   sync.WaitGroup
}

// looks like R153
func subscribe(parent context.Context, run func(context.Context)) *subscription {
	ctx, cancel := context.WithCancel(parent)
	sub := &subscription{stop: cancel}
	sub.wg.Add(1)
	go func() {
		defer sub.wg.Done()
		run(ctx)
	}()
	return sub
}

// looks like R153
func (s *service) attempts(ctx context.Context, call func(context.Context) error) (err error) {
	for i := 0; i < 3; i++ {
		attempt, cancel := context.WithTimeout(ctx, s.limit)
		err = call(attempt)
		cancel()
		if err == nil {
			return nil
		}
	}
	return err
}

// looks like R200
func (s *service) Save(ctx context.Context, name string) (err error) {
	ctx, span := s.tracer.Start(ctx, "save")
	defer func() {
		if err != nil {
			span.SetStatus(codes.Error, err.Error())
		}
		span.End()
	}()
	_, err = s.db.ExecContext(ctx, "INSERT INTO t VALUES ($1)", name)
	return err
}

// end is what callers defer.
func end(span trace.Span, err *error) {
	if *err != nil {
		span.RecordError(*err)
	}
	span.End()
}

// looks like R200
func (s *service) Drop(ctx context.Context, id string) (err error) {
	ctx, span := startSpan(ctx, "drop")
	defer end(span, &err)
	if id == "" {
		return nil
	}
	_, err = s.db.ExecContext(ctx, "DELETE FROM t WHERE id = $1", id)
	return err
}

// The one that is in the context already is its maker's.
//
// looks like R200
func annotate(ctx context.Context, key string) {
	span := trace.SpanFromContext(ctx)
	span.AddEvent(key)
}

// looks like R200
func (s *service) async(ctx context.Context, work func(context.Context)) {
	ctx, span := otel.Tracer("async").Start(ctx, "work")
	go func() {
		defer span.End()
		work(ctx)
	}()
}

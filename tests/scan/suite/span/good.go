package span

import (
	"context"
	"net/http"

	"go.opentelemetry.io/otel/trace"
)

// looks like R200
func deferred(ctx context.Context) error {
	ctx, span := tracer.Start(ctx, "deferred")
	defer span.End()
	return step(ctx)
}

// looks like R200
func everywhere(ctx context.Context) error {
	ctx, span := tracer.Start(ctx, "everywhere")
	if err := step(ctx); err != nil {
		span.RecordError(err)
		span.End()
		return err
	}
	span.End()
	return nil
}

// looks like R200
func deferredLiteral(ctx context.Context) (err error) {
	ctx, span := tracer.Start(ctx, "literal")
	defer func() {
		if err != nil {
			span.RecordError(err)
		}
		span.End()
	}()
	return step(ctx)
}

func finish(span trace.Span, err error) {
	span.RecordError(err)
	span.End()
}

// looks like R200
func byFinish(ctx context.Context) error {
	ctx, span := tracer.Start(ctx, "finish")
	err := step(ctx)
	finish(span, err)
	return err
}

// looks like R200
func startNamed(ctx context.Context, name string) (context.Context, trace.Span) {
	ctx, span := tracer.Start(ctx, name)
	span.AddEvent("started")
	return ctx, span
}

// The caller ends it by the function it gets.
// looks like R200
func withEnd(ctx context.Context) (context.Context, func()) {
	ctx, span := tracer.Start(ctx, "end")
	return ctx, func() { span.End() }
}

// The span of the caller is not this function's.
// looks like R200
func current(ctx context.Context) {
	span := trace.SpanFromContext(ctx)
	span.AddEvent("here")
}

// looks like R200
func async(ctx context.Context) {
	ctx, span := tracer.Start(ctx, "async")
	go func() {
		defer span.End()
		step(ctx)
	}()
}

type traced struct {
	http.ResponseWriter
	span trace.Span
}

// looks like R200
func wrap(w http.ResponseWriter, r *http.Request) *traced {
	_, span := tracer.Start(r.Context(), "wrap")
	return &traced{w, span}
}

func (t *traced) Close() { t.span.End() }

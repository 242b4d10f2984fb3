// rules R200

package span

import (
	"context"
	"errors"
	"net/http"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/trace"
)

var tracer = otel.Tracer("suite")

func step(context.Context) error { return nil }

type service struct{ tracer trace.Tracer }

func never(ctx context.Context) error {
	ctx, span := tracer.Start(ctx, "never") // want R200
	span.AddEvent("here")
	return step(ctx)
}

func early(ctx context.Context) error {
	ctx, span := tracer.Start(ctx, "early") // want R200
	if err := step(ctx); err != nil {
		span.RecordError(err)
		return err
	}
	span.End()
	return nil
}

func dropped(ctx context.Context) error {
	ctx, _ = tracer.Start(ctx, "dropped") // want R200
	return step(ctx)
}

func (s *service) method(ctx context.Context, id int) error {
	ctx, span := s.tracer.Start(ctx, "method") // want R200
	if id < 0 {
		return errors.New("no such id")
	}
	defer span.End()
	return step(ctx)
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ctx, span := s.tracer.Start(r.Context(), "serve") // want R200
	switch r.Method {
	case http.MethodGet:
		step(ctx)
		span.End()
	case http.MethodPost:
		step(ctx)
	default:
		span.End()
	}
}

func eachRound(ctx context.Context, n int) error {
	for i := 0; i < n; i++ {
		_, span := tracer.Start(ctx, "round") // want R200
		if err := step(ctx); err != nil {
			continue
		}
		span.End()
	}
	return nil
}

func chained(ctx context.Context) error {
	ctx, span := otel.Tracer("other").Start(ctx, "chained") // want R200
	span.SetName("renamed")
	return step(ctx)
}

func begin(ctx context.Context, name string) (context.Context, trace.Span) {
	return tracer.Start(ctx, name)
}

// The helper hands it out, and here it is lost.
func byHelper(ctx context.Context) error {
	ctx, span := begin(ctx, "helper") // want R200
	if span.IsRecording() {
		span.AddEvent("x")
	}
	return step(ctx)
}

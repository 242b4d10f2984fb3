package cancel

import (
	"context"
	"errors"
	"net/http"
	"os/signal"
	"syscall"
	"time"
)

func dropped(parent context.Context) context.Context {
	ctx, _ := context.WithCancel(parent) // want R153
	return ctx
}

func blanked(parent context.Context) error {
	ctx, cancel := context.WithTimeout(parent, time.Second) // want R153
	_ = cancel
	return work(ctx)
}

func onePath(parent context.Context, ok bool) error {
	ctx, cancel := context.WithTimeout(parent, time.Second) // want R153
	if !ok {
		return errors.New("not ok")
	}
	defer cancel()
	return work(ctx)
}

func afterWork(parent context.Context) error {
	ctx, cancel := context.WithDeadline(parent, time.Now().Add(time.Second)) // want R153
	if err := work(ctx); err != nil {
		return err
	}
	cancel()
	return nil
}

func everyRound(parent context.Context, n int) {
	for i := 0; i < n; i++ {
		ctx, cancel := context.WithTimeout(parent, time.Second) // want R153
		if work(ctx) != nil {
			continue
		}
		cancel()
	}
}

func signals() error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM) // want R153
	if err := work(ctx); err != nil {
		return err
	}
	stop()
	return nil
}

func cause(parent context.Context) error {
	ctx, cancel := context.WithCancelCause(parent) // want R153
	if err := work(ctx); err != nil {
		cancel(err)
		return err
	}
	return nil
}

func handler(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), time.Second) // want R153
	switch r.Method {
	case http.MethodGet:
		defer cancel()
		work(ctx)
	case http.MethodPost:
		w.WriteHeader(405)
	}
}

func overwritten(parent context.Context) error {
	ctx, cancel := context.WithTimeout(parent, time.Second) // want R153
	if err := work(ctx); err != nil {
		ctx, cancel = context.WithTimeout(parent, time.Minute)
		err = work(ctx)
		cancel()
		return err
	}
	cancel()
	return nil
}

func work(ctx context.Context) error { return ctx.Err() }

func childOfCaller(ctx context.Context) error {
	ctx, _ = context.WithTimeout(ctx, time.Second) // want R153
	return work(ctx)
}

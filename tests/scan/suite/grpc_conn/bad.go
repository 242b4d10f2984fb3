// rules R136

package grpcconn

import (
	"context"
	"errors"
	"net/http"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

type handler struct{ target string }

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	conn, err := grpc.NewClient(h.target, grpc.WithTransportCredentials(insecure.NewCredentials())) // want R136
	if err != nil {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	if err := conn.Invoke(r.Context(), "/a/b", nil, nil); err != nil {
		w.WriteHeader(http.StatusBadGateway)
	}
}

// Closed only where it went well.
func once(ctx context.Context, target string) error {
	conn, err := grpc.Dial(target) // want R136
	if err != nil {
		return err
	}
	if err := conn.Invoke(ctx, "/a/b", nil, nil); err != nil {
		return err
	}
	return conn.Close()
}

// Each attempt leaves one behind.
func attempts(ctx context.Context, target string) error {
	for i := 0; i < 5; i++ {
		conn, err := grpc.DialContext(ctx, target) // want R136
		if err != nil {
			continue
		}
		if conn.Invoke(ctx, "/a/b", nil, nil) == nil {
			return conn.Close()
		}
	}
	return errors.New("gave up")
}

type stub struct{ cc grpc.ClientConnInterface }

func (s stub) look(ctx context.Context) error { return s.cc.Invoke(ctx, "/a/b", nil, nil) }

// In a stub that is gone when the function returns.
func (h *handler) look(w http.ResponseWriter, r *http.Request) {
	conn, err := grpc.NewClient(h.target) // want R136
	if err != nil {
		return
	}
	s := stub{cc: conn}
	s.look(r.Context())
}

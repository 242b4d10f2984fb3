package service

import (
	"fmt"
	"net/http"
)

// Sink is the response of a request that was made inside the process: it keeps the status and drops the body. Services are
// called through their real handlers with it, so that stacks look as in production without a client's sockets in the way.
type Sink struct {
	Status int
	header http.Header
}

// Header implements http.ResponseWriter.
func (s *Sink) Header() http.Header {
	if s.header == nil {
		s.header = http.Header{}
	}
	return s.header
}

// Write implements http.ResponseWriter.
func (s *Sink) Write(b []byte) (int, error) {
	if s.Status == 0 {
		s.Status = http.StatusOK
	}
	return len(b), nil
}

// WriteHeader implements http.ResponseWriter.
func (s *Sink) WriteHeader(status int) { s.Status = status }

// Through calls a handler with a GET of the path, in the process.
func Through(handler http.Handler, path string) func() error {
	return func() error {
		request, err := http.NewRequest(http.MethodGet, path, nil)
		if err != nil {
			return err
		}
		var sink Sink
		handler.ServeHTTP(&sink, request)
		if sink.Status >= http.StatusBadRequest {
			return fmt.Errorf("%s answered %d", path, sink.Status)
		}
		return nil
	}
}

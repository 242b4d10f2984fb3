// rules R141

package compressor

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"sync"

	"github.com/klauspost/compress/zstd"
)

// looks like R141
func closedWell(w io.Writer, data []byte) error {
	zw := gzip.NewWriter(w)
	defer zw.Close()
	_, err := zw.Write(data)
	return err
}

// What cannot be written need not be finished.
// looks like R141
func closedAtTheEnd(w io.Writer, data []byte) error {
	zw := gzip.NewWriter(w)
	if _, err := zw.Write(data); err != nil {
		return err
	}
	return zw.Close()
}

var writers = sync.Pool{New: func() any { return gzip.NewWriter(io.Discard) }}

// looks like R141
func pooled(w io.Writer, data []byte) error {
	zw := writers.Get().(*gzip.Writer)
	defer writers.Put(zw)
	zw.Reset(w)
	zw.Write(data)
	return zw.Close()
}

type gzipResponse struct {
	http.ResponseWriter
	zw *gzip.Writer
}

func (g *gzipResponse) Write(b []byte) (int, error) { return g.zw.Write(b) }

// looks like R141
func middleware(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		zw := gzip.NewWriter(w)
		defer zw.Close()
		next.ServeHTTP(&gzipResponse{w, zw}, r)
	})
}

// The caller's.
// looks like R141
func newEncoder(w io.Writer) (io.WriteCloser, error) { return zstd.NewWriter(w) }

// looks like R141
func byCaller(w io.Writer, data []byte) (err error) {
	enc, err := newEncoder(w)
	if err != nil {
		return err
	}
	defer func() {
		if cerr := enc.Close(); err == nil {
			err = cerr
		}
	}()
	_, err = enc.Write(data)
	return err
}

var decoder, _ = zstd.NewReader(nil)

// looks like R141
func decodeAll(data []byte) ([]byte, error) { return decoder.DecodeAll(data, nil) }

type archive struct {
	zw *gzip.Writer
}

// looks like R141
func newArchive(w io.Writer) *archive { return &archive{zw: gzip.NewWriter(w)} }
func (a *archive) Close() error       { return a.zw.Close() }

// A gzip reader has nothing to give back.
// looks like R141
func readAll(data []byte) ([]byte, error) {
	zr, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(zr)
}

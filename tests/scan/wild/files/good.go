package files

import (
	"bytes"
	"compress/gzip"
	"embed"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"syscall"

	"github.com/klauspost/compress/zstd"
)

var errShort = errors.New("short")

//go:embed good.go
var assets embed.FS

func (s *spool) open(name string) (*os.File, error) {
	f, err := os.Open(filepath.Join(s.dir, filepath.Base(name)))
	if errors.Is(err, os.ErrNotExist) {
		return os.Open(filepath.Join(s.dir, "default.json"))
	}
	return f, err
}

func mapFile(fd, size int) ([]byte, error) {
	return syscall.Mmap(fd, 0, size, syscall.PROT_READ, syscall.MAP_SHARED)
}

// looks like R140
func (s *spool) write(name string, data []byte) (err error) {
	f, err := os.CreateTemp(s.dir, ".tmp-*")
	if err != nil {
		return err
	}
	defer func() {
		err = errors.Join(err, f.Close())
		if err != nil {
			os.Remove(f.Name())
		}
	}()
	if _, err = f.Write(data); err != nil {
		return err
	}
	if err = f.Sync(); err != nil {
		return err
	}
	return os.Rename(f.Name(), filepath.Join(s.dir, name))
}

// rotating owns the file of the day.
type rotating struct {
	mu   sync.Mutex
	dir  string
	file *os.File
}

// looks like R140
func (r *rotating) rotate(name string) error {
	f, err := os.OpenFile(filepath.Join(r.dir, name), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	r.mu.Lock()
	old := r.file
	r.file = f
	r.mu.Unlock()
	if old != nil {
		return old.Close()
	}
	return nil
}

type multiCloser []io.Closer

func (m multiCloser) Close() (err error) {
	for _, c := range m {
		err = errors.Join(err, c.Close())
	}
	return err
}

// looks like R140
func openAll(names []string) (readers []io.Reader, _ io.Closer, err error) {
	var open multiCloser
	for _, n := range names {
		f, err := os.Open(n)
		if err != nil {
			open.Close()
			return nil, nil, err
		}
		open = append(open, f)
		readers = append(readers, f)
	}
	return readers, open, nil
}

// looks like R140
func (s *spool) source(name string) (io.ReadCloser, error) {
	if name == "-" {
		return io.NopCloser(os.Stdin), nil
	}
	f, err := s.open(name)
	if err != nil {
		return nil, err
	}
	head := make([]byte, 2)
	if _, err := io.ReadFull(f, head); err != nil {
		f.Close()
		return nil, err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// looks like R140
func license() (string, error) {
	f, err := assets.Open("good.go")
	if err != nil {
		return "", err
	}
	all, err := io.ReadAll(f)
	return string(all), err
}

// looks like R141
func (s *spool) zip(data []byte) (packed []byte, err error) {
	var buf bytes.Buffer
	zw := gzip.NewWriter(&buf)
	defer func() {
		if cerr := zw.Close(); err == nil {
			err, packed = cerr, buf.Bytes()
		}
	}()
	_, err = zw.Write(data)
	return nil, err
}

type zipped struct {
	http.ResponseWriter
	zw *gzip.Writer
}

func (z *zipped) Write(b []byte) (int, error) { return z.zw.Write(b) }

func (z *zipped) finish() { _ = z.zw.Close() }

// looks like R141
func compress(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Accept-Encoding") == "" {
			next.ServeHTTP(w, r)
			return
		}
		z := &zipped{ResponseWriter: w, zw: gzip.NewWriter(w)}
		defer z.finish()
		next.ServeHTTP(z, r)
	})
}

var writers = sync.Pool{New: func() any { return gzip.NewWriter(io.Discard) }}

// looks like R141
func pooled(w io.Writer, data []byte) error {
	zw := writers.Get().(*gzip.Writer)
	defer writers.Put(zw)
	zw.Reset(w)
	if _, err := zw.Write(data); err != nil {
		return err
	}
	return zw.Close()
}

// looks like R141
func newCodec() (*codec, error) {
	enc, err := zstd.NewWriter(nil)
	if err != nil {
		return nil, err
	}
	dec, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1))
	if err != nil {
		enc.Close()
		return nil, err
	}
	return &codec{enc: enc, dec: dec}, nil
}

type codec struct {
	enc *zstd.Encoder
	dec *zstd.Decoder
}

func (c *codec) Close() error {
	c.dec.Close()
	return c.enc.Close()
}

// looks like R144
func stream(client *http.Client, url string, write func(io.Writer) error) error {
	pr, pw := io.Pipe()
	go func() {
		pw.CloseWithError(write(pw))
	}()
	defer pr.Close()
	resp, err := client.Post(url, "text/plain", pr)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

// The caller reads it to its end or closes it; both let the goroutine go.
//
// looks like R144
func gunzipped(src io.ReadCloser) io.ReadCloser {
	pr, pw := io.Pipe()
	go func() {
		defer src.Close()
		zr, err := gzip.NewReader(src)
		if err != nil {
			pw.CloseWithError(err)
			return
		}
		_, err = io.Copy(pw, zr)
		pw.CloseWithError(err)
	}()
	return pr
}

// looks like R144
func captured(run func(io.Writer) error) (out string, err error) {
	r, w, err := os.Pipe()
	if err != nil {
		return "", err
	}
	defer r.Close()
	done := make(chan error, 1)
	go func() {
		defer w.Close()
		done <- run(w)
	}()
	all, err := io.ReadAll(r)
	return string(all), errors.Join(err, <-done)
}

type duplex struct {
	r *io.PipeReader
	w *io.PipeWriter
}

func (d *duplex) Close() error { return errors.Join(d.r.Close(), d.w.Close()) }

// looks like R144
func newDuplexes() (*duplex, *duplex) {
	ar, aw := io.Pipe()
	br, bw := io.Pipe()
	return &duplex{r: ar, w: bw}, &duplex{r: br, w: aw}
}

// looks like R146
func countBytes(fd, size int, b byte) (n int, err error) {
	data, err := syscall.Mmap(fd, 0, size, syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		return 0, err
	}
	defer func() {
		if uerr := syscall.Munmap(data); err == nil {
			err = uerr
		}
	}()
	n = bytes.Count(data, []byte{b})
	return n, nil
}

type index struct {
	data []byte
	size int
}

// looks like R146
func openIndex(fd, size int) (*index, error) {
	data, err := mapFile(fd, size)
	if err != nil {
		return nil, err
	}
	if len(data) < 16 {
		_ = syscall.Munmap(data)
		return nil, errShort
	}
	return &index{data: data, size: size}, nil
}

func (i *index) Close() error { return syscall.Munmap(i.data) }

// Maps a larger region in the place of the old one.
//
// looks like R146
func (i *index) grow(fd, size int) error {
	if err := syscall.Munmap(i.data); err != nil {
		return err
	}
	data, err := syscall.Mmap(fd, 0, size, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED)
	if err != nil {
		i.data = nil
		return err
	}
	i.data, i.size = data, size
	return nil
}

func unmap(regions ...[]byte) {
	for _, r := range regions {
		_ = syscall.Munmap(r)
	}
}

// looks like R146
func same(a, b, size int) (bool, error) {
	left, err := mapFile(a, size)
	if err != nil {
		return false, err
	}
	right, err := mapFile(b, size)
	if err != nil {
		unmap(left)
		return false, err
	}
	defer unmap(left, right)
	return bytes.Equal(left, right), nil
}

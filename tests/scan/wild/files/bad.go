// rules R140 R141 R144 R146

package files

import (
	"archive/zip"
	"bufio"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"syscall"

	"github.com/klauspost/compress/zstd"
)

type spool struct {
	dir   string
	level int
}

// --- R140 ---

func (s *spool) handleUpload(w http.ResponseWriter, r *http.Request) {
	file, head, err := r.FormFile("upload") // want R140
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	dst, err := os.CreateTemp(s.dir, "upload-*")
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	defer dst.Close()
	if _, err := io.Copy(dst, file); err != nil {
		http.Error(w, head.Filename, http.StatusInternalServerError)
	}
}

func (s *spool) load(name string, into any) (err error) {
	f, err := s.open(name) // want R140
	if err != nil {
		return err
	}
	if filepath.Ext(name) != ".json" {
		return fmt.Errorf("%s: not JSON", name)
	}
	defer f.Close()
	return json.NewDecoder(f).Decode(into)
}

func (s *spool) save(name string, records [][]string) error {
	f, err := os.OpenFile(filepath.Join(s.dir, name), os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o644) // want R140
	if err != nil {
		return err
	}
	w := csv.NewWriter(f)
	for _, rec := range records {
		if err := w.Write(rec); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	w.Flush()
	return errors.Join(w.Error(), f.Close())
}

func grep(fsys fs.FS, names []string, match func(string) bool) (hits []string) {
	for _, n := range names {
		f, err := fsys.Open(n) // want R140
		if err != nil {
			continue
		}
		for sc := bufio.NewScanner(f); sc.Scan(); {
			if match(sc.Text()) {
				hits = append(hits, n)
				break
			}
		}
	}
	return hits
}

func parts(headers []*multipart.FileHeader, use func(io.Reader) error) error {
	for _, h := range headers {
		part, err := h.Open() // want R140
		if err != nil {
			return err
		}
		if err := use(part); err != nil {
			return err
		}
		part.Close()
	}
	return nil
}

// --- R141 ---

func (s *spool) pack(w io.Writer, r io.Reader) (int64, error) {
	zw, err := gzip.NewWriterLevel(w, s.level) // want R141
	if err != nil {
		return 0, err
	}
	n, err := io.Copy(zw, r)
	if err != nil {
		return n, err
	}
	return n, zw.Flush()
}

// After an error nobody wants what it still held.
func respond(w http.ResponseWriter, v any) error {
	zw := zlib.NewWriter(w)
	if err := json.NewEncoder(zw).Encode(v); err != nil {
		return err
	}
	return zw.Close()
}

func (s *spool) unpack(frames [][]byte) (out [][]byte, err error) {
	dec, err := zstd.NewReader(nil) // want R141
	if err != nil {
		return nil, err
	}
	for _, f := range frames {
		plain, err := dec.DecodeAll(f, nil)
		if err != nil {
			return nil, err
		}
		out = append(out, plain)
	}
	return out, nil
}

func deflate(w io.Writer, chunks <-chan []byte, quit <-chan struct{}) error {
	fw, err := flate.NewWriter(w, flate.BestSpeed) // want R141
	if err != nil {
		return err
	}
	for {
		select {
		case <-quit:
			return nil
		case c, more := <-chunks:
			if !more {
				return fw.Close()
			}
			if _, err := fw.Write(c); err != nil {
				return errors.Join(err, fw.Close())
			}
		}
	}
}

// --- R144 ---

// The reading end is left when the status is wrong: the goroutine waits in its Write.
func post(client *http.Client, url string, v any) error {
	pr, pw := io.Pipe() // want R144
	go func() {
		pw.CloseWithError(json.NewEncoder(pw).Encode(v))
	}()
	head := make([]byte, 4)
	if _, err := io.ReadFull(pr, head); err != nil {
		return err
	}
	if string(head) == "null" {
		return errors.New("nothing to post")
	}
	resp, err := client.Post(url, "application/json", pr)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

// The writing end is never closed: the reader waits for the end.
func (s *spool) hash(r io.Reader, sum func(io.Reader) string) string {
	pr, pw := io.Pipe() // want R144
	out := make(chan string, 1)
	go func() { out <- sum(pr) }()
	io.Copy(pw, r)
	return <-out
}

func capture(run func(*os.File) error) (string, error) {
	r, w, err := os.Pipe() // want R144
	if err != nil {
		return "", err
	}
	if err := run(w); err != nil {
		return "", err
	}
	w.Close()
	defer r.Close()
	all, err := io.ReadAll(r)
	return string(all), err
}

func tee(dst io.Writer, src io.Reader, check func(io.Reader) error) (err error) {
	pr, pw := io.Pipe() // want R144
	result := make(chan error, 1)
	go func() {
		result <- check(pr)
		pr.Close()
	}()
	if _, err = io.Copy(io.MultiWriter(dst, pw), src); err != nil {
		return err
	}
	pw.Close()
	return <-result
}

// --- R146 ---

func lineCount(path string) (n int, err error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		return 0, err
	}
	data, err := syscall.Mmap(int(f.Fd()), 0, int(st.Size()), syscall.PROT_READ, syscall.MAP_SHARED) // want R146
	if err != nil {
		return 0, err
	}
	for _, b := range data {
		if b == '\n' {
			n++
		}
	}
	return n, nil
}

func (s *spool) magic(fd, size int) (string, error) {
	data, err := syscall.Mmap(fd, 0, size, syscall.PROT_READ, syscall.MAP_PRIVATE) // want R146
	if err != nil {
		return "", err
	}
	if len(data) < 8 {
		return "", errShort
	}
	m := string(data[:8])
	return m, syscall.Munmap(data)
}

func (s *spool) verifyAll(fds []int, size int, sum func([]byte) bool) (bad []int, err error) {
	for _, fd := range fds {
		region, err := mapFile(fd, size) // want R146
		if err != nil {
			return nil, err
		}
		if !sum(region) {
			bad = append(bad, fd)
			continue
		}
		if err := syscall.Munmap(region); err != nil {
			return nil, err
		}
	}
	return bad, nil
}

func handleRegion(w http.ResponseWriter, r *http.Request) {
	region, err := syscall.Mmap(-1, 0, 1<<20, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE) // want R146
	if err != nil {
		http.Error(w, err.Error(), http.StatusInsufficientStorage)
		return
	}
	n, err := r.Body.Read(region)
	if err != nil && err != io.EOF {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.Write(region[:n])
}

func listZip(path string) (names []string, err error) {
	zr, err := zip.OpenReader(path)
	if err != nil {
		return nil, err
	}
	defer zr.Close()
	for _, f := range zr.File {
		names = append(names, f.Name)
	}
	return names, nil
}

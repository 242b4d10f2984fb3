package file

import (
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"
)

func goodSize(path string) (int64, error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		return 0, err
	}
	return st.Size(), nil
}

func goodWrite(path string, data []byte) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() {
		if cerr := f.Close(); err == nil {
			err = cerr
		}
	}()
	_, err = f.Write(data)
	return err
}

func closeBoth(path string, data []byte) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	return err
}

type lineReader struct {
	f *os.File
	s *bufio.Scanner
}

func (r *lineReader) Close() error { return r.f.Close() }

func newLineReader(path string) (*lineReader, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	return &lineReader{f, bufio.NewScanner(f)}, nil
}

func toLog(path string) {
	f, err := os.OpenFile(path, os.O_APPEND, 0o600)
	if err != nil {
		log.Fatal(err)
	}
	log.SetOutput(f)
}

func input(path string) (io.ReadCloser, error) {
	if path == "-" {
		return os.Stdin, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	return f, nil
}

func maybe(path string) ([]byte, error) {
	var in io.Reader = os.Stdin
	if path != "" {
		f, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		in = f
	}
	return io.ReadAll(in)
}

func walk(root string) error {
	return filepath.Walk(root, func(path string, _ os.FileInfo, err error) error {
		if err != nil {
			return err
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		return nil
	})
}

func fewRounds() error {
	for _, p := range []string{"a", "b"} {
		f, err := os.Open(p)
		if err != nil {
			return err
		}
		defer f.Close()
	}
	return nil
}

func roundByRound(paths []string) (n int, err error) {
	for _, p := range paths {
		f, err := os.Open(p)
		if err != nil {
			return n, err
		}
		b, err := io.ReadAll(f)
		f.Close()
		if err != nil {
			return n, err
		}
		n += len(b)
	}
	return n, nil
}

func collect(paths []string) (files []*os.File, err error) {
	for _, p := range paths {
		f, err := os.Open(p)
		if err != nil {
			return files, err
		}
		files = append(files, f)
	}
	return files, nil
}

func missing(path string) (bool, error) {
	f, err := os.Open(path)
	if os.IsNotExist(err) {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	return false, f.Close()
}

func notThere(path string) error {
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	} else if err != nil {
		return fmt.Errorf("open: %w", err)
	}
	defer f.Close()
	return nil
}

func goodCompress(w io.Writer, data []byte) error {
	zw := gzip.NewWriter(w)
	if _, err := zw.Write(data); err != nil {
		zw.Close()
		return err
	}
	return zw.Close()
}

func deferCompress(w io.Writer, data []byte) error {
	zw := gzip.NewWriter(w)
	defer zw.Close()
	_, err := zw.Write(data)
	return err
}

type packer struct{ w *gzip.Writer }

func newPacker(w io.Writer) *packer { return &packer{gzip.NewWriter(w)} }

// What was not written when writing has failed is lost anyway.
func compressEarly(w io.Writer, data []byte) error {
	zw := gzip.NewWriter(w)
	if _, err := zw.Write(data); err != nil {
		return err
	}
	return zw.Close()
}

// Whose file it is is remembered.
func borrowed(path string, own *os.File) (err error) {
	f, opened := own, false
	if f == nil {
		f, err = os.Open(path)
		opened = true
	}
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, f)
	if opened {
		f.Close()
	}
	return err
}

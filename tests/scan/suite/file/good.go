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

// looks like R140
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

// looks like R140
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

// looks like R140
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

// looks like R140
func newLineReader(path string) (*lineReader, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	return &lineReader{f, bufio.NewScanner(f)}, nil
}

// looks like R140
func toLog(path string) {
	f, err := os.OpenFile(path, os.O_APPEND, 0o600)
	if err != nil {
		log.Fatal(err)
	}
	log.SetOutput(f)
}

// looks like R140
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

// looks like R140
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

// looks like R140
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

// looks like R106 R140
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

// looks like R106 R140
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

// looks like R140
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

// looks like R140
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

// looks like R140
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

// looks like R141
func goodCompress(w io.Writer, data []byte) error {
	zw := gzip.NewWriter(w)
	if _, err := zw.Write(data); err != nil {
		zw.Close()
		return err
	}
	return zw.Close()
}

// looks like R141
func deferCompress(w io.Writer, data []byte) error {
	zw := gzip.NewWriter(w)
	defer zw.Close()
	_, err := zw.Write(data)
	return err
}

type packer struct{ w *gzip.Writer }

// looks like R141
func newPacker(w io.Writer) *packer { return &packer{gzip.NewWriter(w)} }

// What was not written when writing has failed is lost anyway.
// looks like R141
func compressEarly(w io.Writer, data []byte) error {
	zw := gzip.NewWriter(w)
	if _, err := zw.Write(data); err != nil {
		return err
	}
	return zw.Close()
}

// Whose file it is is remembered.
// looks like R140
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

func capture(into *error, do func() error) func() {
	return func() {
		if err := do(); err != nil && *into == nil {
			*into = err
		}
	}
}

// looks like R140
func captured(path string) (head []byte, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer capture(&err, f.Close)()
	head = make([]byte, 16)
	_, err = io.ReadFull(f, head)
	return head, err
}

type command struct {
	name string
	run  func(path string) error
}

type Command struct {
	Use  string
	RunE func(args []string) error
}

// looks like R140
var show = &Command{
	Use: "show",
	RunE: func(args []string) error {
		f, err := os.Open(args[0])
		if err != nil {
			return err
		}
		_, err = io.Copy(os.Stdout, f)
		return err
	},
}

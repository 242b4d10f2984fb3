package file

import (
	"archive/zip"
	"bufio"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"os"
)

func size(path string) (int64, error) {
	f, err := os.Open(path) // want R140
	if err != nil {
		return 0, err
	}
	st, err := f.Stat()
	if err != nil {
		return 0, err
	}
	return st.Size(), nil
}

func write(path string, data []byte) error {
	f, err := os.Create(path) // want R140
	if err != nil {
		return err
	}
	if _, err := f.Write(data); err != nil {
		return fmt.Errorf("write: %w", err)
	}
	return f.Close()
}

func firstLine(path string) string {
	f, err := os.Open(path) // want R140
	if err != nil {
		return ""
	}
	s := bufio.NewScanner(f)
	s.Scan()
	return s.Text()
}

func decode(path string, v any) error {
	f, err := os.OpenFile(path, os.O_RDONLY, 0) // want R140
	if err != nil {
		return err
	}
	return json.NewDecoder(f).Decode(v)
}

func exists(path string) bool {
	_, err := os.Open(path) // want R140
	return err == nil
}

func temp() (string, error) {
	f, err := os.CreateTemp("", "x") // want R140
	if err != nil {
		return "", err
	}
	return f.Name(), nil
}

func copyFile(dst, src string) error {
	in, err := os.Open(src)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(dst) // want R140
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return err
}

func every(paths []string) (int, error) {
	n := 0
	for _, p := range paths {
		f, err := os.Open(p)
		if err != nil {
			return 0, err
		}
		defer f.Close() // want R106
		b, _ := io.ReadAll(f)
		n += len(b)
	}
	return n, nil
}

func upload(h *multipart.FileHeader, w io.Writer) error {
	f, err := h.Open() // want R140
	if err != nil {
		return err
	}
	_, err = io.Copy(w, f)
	return err
}

func entries(path string) error {
	z, err := zip.OpenReader(path) // want R140
	if err != nil {
		return err
	}
	if len(z.File) == 0 {
		return errors.New("empty")
	}
	return z.Close()
}

func openLog(path string) (*os.File, error) { return os.OpenFile(path, os.O_APPEND, 0o600) }

func note(path, line string) error {
	f, err := openLog(path) // want R140
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(f, line)
	return err
}

// --- R141 ---

func compress(w io.Writer, data []byte) error {
	zw := gzip.NewWriter(w) // want R141
	_, err := zw.Write(data)
	return err
}

func compressLevel(w io.Writer, v any) error {
	zw, err := gzip.NewWriterLevel(w, gzip.BestSpeed) // want R141
	if err != nil {
		return err
	}
	return json.NewEncoder(zw).Encode(v)
}

func compressBranch(w io.Writer, data []byte, flush bool) (int, error) {
	zw := gzip.NewWriter(w) // want R141
	n, err := zw.Write(data)
	if flush {
		zw.Flush()
	}
	return n, err
}

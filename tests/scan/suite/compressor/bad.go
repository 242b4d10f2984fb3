// rules R141

package compressor

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"io"
	"net/http"

	"github.com/klauspost/compress/zstd"
)

// Flushed, not closed: the trailer is missing.
func flushed(w http.ResponseWriter, data []byte) error {
	zw := gzip.NewWriter(w) // want R141
	if _, err := zw.Write(data); err != nil {
		return err
	}
	return zw.Flush()
}

func packed(data []byte) []byte {
	var b bytes.Buffer
	zw := zlib.NewWriter(&b) // want R141
	zw.Write(data)
	return b.Bytes()
}

// A reader of zstd has goroutines.
func unpacked(r io.Reader) ([]byte, error) {
	zr, err := zstd.NewReader(r) // want R141
	if err != nil {
		return nil, err
	}
	return io.ReadAll(zr)
}

func level(w io.Writer, data []byte) error {
	zw, err := gzip.NewWriterLevel(w, gzip.BestSpeed) // want R141
	if err != nil {
		return err
	}
	_, err = zw.Write(data)
	return err
}

func deflated(data []byte) (int, error) {
	var b bytes.Buffer
	fw, err := flate.NewWriter(&b, 9) // want R141
	if err != nil {
		return 0, err
	}
	if _, err := io.Copy(fw, bytes.NewReader(data)); err != nil {
		return 0, err
	}
	fw.Flush()
	return b.Len(), nil
}

func encoder(w io.Writer, all [][]byte) error {
	enc, err := zstd.NewWriter(w) // want R141
	if err != nil {
		return err
	}
	for _, b := range all {
		enc.Write(b)
	}
	return nil
}

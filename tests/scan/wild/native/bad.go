// rules R195 R197 R198

package native

// #include <stdlib.h>
// #include <stdint.h>
// #include <string.h>
// #include <sqlite3.h>
// #include <openssl/evp.h>
// typedef struct ctx ctx;
// int ctx_set(ctx *c, const char *key, void *value, size_t n);
// void ctx_call(ctx *c, uintptr_t handle);
import "C"

import (
	"errors"
	"net/http"
	"runtime/cgo"
	"unsafe"

	git "github.com/libgit2/git2go/v34"
	"gopkg.in/gographics/imagick.v3/imagick"
)

type bridge struct{ c *C.ctx }

var errSet = errors.New("ctx_set failed")

// --- R195 ---

func (b *bridge) Set(key string, value []byte) error {
	k := C.CString(key)
	defer C.free(unsafe.Pointer(k))
	v := C.CBytes(value) // want R195
	if C.ctx_set(b.c, k, v, C.size_t(len(value))) != 0 {
		return errSet
	}
	C.free(v)
	return nil
}

func (b *bridge) Flag(name string) bool {
	return C.ctx_set(b.c, C.CString(name), nil, 0) == 0 // want R195
}

func (b *bridge) handle(w http.ResponseWriter, r *http.Request) {
	for key, values := range r.Header {
		k := C.CString(key) // want R195
		if len(values) == 0 {
			continue
		}
		C.ctx_set(b.c, k, nil, 0)
		C.free(unsafe.Pointer(k))
	}
}

// What fill does with it cannot be told.
func scratch(n int, fill func(unsafe.Pointer) error) (err error) {
	p := C.malloc(C.size_t(n))
	if err = fill(p); err != nil {
		return err
	}
	C.memset(p, 0, C.size_t(n))
	return nil
}

// --- R197 ---

func digest(data []byte) (sum [32]byte, err error) {
	ctx := C.EVP_MD_CTX_new() // want R197
	if ctx == nil {
		return sum, errSet
	}
	if C.EVP_DigestInit_ex(ctx, C.EVP_sha256(), nil) != 1 {
		return sum, errors.New("init")
	}
	var n C.uint
	C.EVP_DigestUpdate(ctx, unsafe.Pointer(&data[0]), C.size_t(len(data)))
	C.EVP_DigestFinal_ex(ctx, (*C.uchar)(&sum[0]), &n)
	C.EVP_MD_CTX_free(ctx)
	return sum, nil
}

func headOf(path string) (string, error) {
	repo, err := git.OpenRepository(path) // want R197
	if err != nil {
		return "", err
	}
	ref, err := repo.Head()
	if err != nil {
		return "", err
	}
	defer ref.Free()
	return ref.Name(), nil
}

func thumbnail(w http.ResponseWriter, r *http.Request) {
	mw := imagick.NewMagickWand() // want R197
	if err := mw.ReadImage(r.FormValue("file")); err != nil {
		http.Error(w, err.Error(), http.StatusNotFound)
		return
	}
	defer mw.Destroy()
	if err := mw.ThumbnailImage(64, 64); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Write(mw.GetImageBlob())
}

func sizes(paths []string) (out []uint) {
	for _, p := range paths {
		wand := imagick.NewMagickWand() // want R197
		if wand.PingImage(p) != nil {
			continue
		}
		out = append(out, wand.GetImageWidth())
		wand.Destroy()
	}
	return out
}

// --- R198 ---

func (b *bridge) Call(f func(int)) {
	h := cgo.NewHandle(f) // want R198
	C.ctx_call(b.c, C.uintptr_t(h))
}

func (b *bridge) Visit(items []any) error {
	for _, item := range items {
		h := cgo.NewHandle(item) // want R198
		if C.ctx_set(b.c, nil, unsafe.Pointer(&h), 8) != 0 {
			return errSet
		}
		C.ctx_call(b.c, C.uintptr_t(h))
		h.Delete()
	}
	return nil
}

func (b *bridge) Once(v any) {
	C.ctx_call(b.c, C.uintptr_t(cgo.NewHandle(v))) // want R198
}

func (b *bridge) Guarded(v any, ok func() bool) bool {
	h := cgo.NewHandle(v) // want R198
	if !ok() {
		return false
	}
	defer h.Delete()
	C.ctx_call(b.c, C.uintptr_t(h))
	return true
}

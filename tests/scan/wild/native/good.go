package native

// #include <stdlib.h>
// #include <stdint.h>
// #include <openssl/evp.h>
// typedef struct ctx ctx;
// struct options { char *name; void *data; };
// int ctx_open(struct options *o);
// void ctx_call(ctx *c, uintptr_t handle);
import "C"

import (
	"net/http"
	"runtime/cgo"
	"unsafe"

	git "github.com/libgit2/git2go/v34"
	"gopkg.in/gographics/imagick.v3/imagick"
)

// withC lends a C string to f.
//
// looks like R195
func withC(s string, f func(*C.char) error) error {
	cs := C.CString(s)
	defer C.free(unsafe.Pointer(cs))
	return f(cs)
}

// looks like R195
func cArgs(args []string) (argv []*C.char, free func()) {
	for _, a := range args {
		argv = append(argv, C.CString(a))
	}
	return argv, func() {
		for _, a := range argv {
			C.free(unsafe.Pointer(a))
		}
	}
}

type options struct{ c C.struct_options }

// looks like R195
func newOptions(name string, data []byte) *options {
	o := new(options)
	o.c.name = C.CString(name)
	o.c.data = C.CBytes(data)
	return o
}

func (o *options) Close() {
	C.free(unsafe.Pointer(o.c.name))
	C.free(o.c.data)
}

func release(ps ...unsafe.Pointer) {
	for _, p := range ps {
		C.free(p)
	}
}

// looks like R195
func open(name string, n int) bool {
	cs := C.CString(name)
	buf := C.malloc(C.size_t(n))
	defer release(unsafe.Pointer(cs), buf)
	o := C.struct_options{name: cs, data: buf}
	return C.ctx_open(&o) == 0
}

// looks like R195
//
//export Describe
func Describe() *C.char {
	return C.CString("what C asks for is C's to free")
}

// looks like R197
func hash(data []byte) error {
	ctx := C.EVP_MD_CTX_new()
	if ctx == nil {
		return errSet
	}
	defer C.EVP_MD_CTX_free(ctx)
	if C.EVP_DigestInit_ex(ctx, C.EVP_sha256(), nil) != 1 {
		return errSet
	}
	return nil
}

type checkout struct{ repo *git.Repository }

func (c *checkout) Close() { c.repo.Free() }

// looks like R197
func openCheckout(path string) (*checkout, error) {
	repo, err := git.OpenRepository(path)
	if err != nil {
		return nil, err
	}
	if repo.IsBare() {
		repo.Free()
		return nil, errSet
	}
	return &checkout{repo: repo}, nil
}

// looks like R197
func rotate(w http.ResponseWriter, r *http.Request) {
	mw := imagick.NewMagickWand()
	defer func() { mw.Destroy() }()
	if err := mw.ReadImage(r.FormValue("file")); err != nil {
		http.Error(w, err.Error(), http.StatusNotFound)
		return
	}
	w.Write(mw.GetImageBlob())
}

func freeAll(repos []*git.Repository) {
	for _, r := range repos {
		r.Free()
	}
}

// looks like R197
func openBoth(a, b string) (string, error) {
	left, err := git.OpenRepository(a)
	if err != nil {
		return "", err
	}
	defer left.Free()
	right, err := git.OpenRepository(b)
	if err != nil {
		return "", err
	}
	defer freeAll([]*git.Repository{right})
	return left.Path() + right.Path(), nil
}

// looks like R198
func (b *bridge) call(f func(int)) {
	h := cgo.NewHandle(f)
	defer h.Delete()
	C.ctx_call(b.c, C.uintptr_t(h))
}

type callback struct{ h cgo.Handle }

func (c *callback) Close() error {
	c.h.Delete()
	return nil
}

// looks like R198
func newCallback(f func(int)) *callback { return &callback{h: cgo.NewHandle(f)} }

// looks like R198
func (b *bridge) scoped(v any) (done func()) {
	h := cgo.NewHandle(v)
	C.ctx_call(b.c, C.uintptr_t(h))
	return h.Delete
}

//export goCallback
func goCallback(p C.uintptr_t) {
	h := cgo.Handle(p)
	defer h.Delete()
	if f, ok := h.Value().(func(int)); ok {
		f(1)
	}
}

// It is deleted when C calls back.
//
// looks like R198
func (b *bridge) async(f func(int)) cgo.Handle {
	return cgo.NewHandle(f)
}

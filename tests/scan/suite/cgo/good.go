package native

/*
#include <stdlib.h>
*/
import "C"

import (
	"errors"
	"runtime/cgo"
	"unsafe"
)

// looks like R195
func goodLength(s string) int {
	cs := C.CString(s)
	defer C.free(unsafe.Pointer(cs))
	return int(C.strlen(cs))
}

// looks like R195
func freed(s string) int {
	cs := C.CString(s)
	n := int(C.strlen(cs))
	C.free(unsafe.Pointer(cs))
	return n
}

// looks like R195
func freedInLiteral(s string) {
	cs := C.CString(s)
	defer func() { C.free(unsafe.Pointer(cs)) }()
	C.puts(cs)
}

func release(p *C.char) { C.free(unsafe.Pointer(p)) }

// looks like R195
func byHelper(s string) {
	cs := C.CString(s)
	defer release(cs)
	C.puts(cs)
}

// looks like R195
func handedOut(s string) *C.char { return C.CString(s) }

type options struct {
	name *C.char
}

// looks like R195
func (o *options) setName(s string) { o.name = C.CString(s) }

// looks like R195
func newOptions(s string) *options { return &options{name: C.CString(s)} }

// looks like R195
func list(all []string) []*C.char {
	var out []*C.char
	for _, s := range all {
		out = append(out, C.CString(s))
	}
	return out
}

//export goName
// looks like R195
func goName() *C.char {
	s := C.CString("x")
	return s
}

// looks like R195
func everyPath(s string) error {
	cs := C.CString(s)
	if C.strlen(cs) == 0 {
		C.free(unsafe.Pointer(cs))
		return errors.New("empty")
	}
	C.free(unsafe.Pointer(cs))
	return nil
}

// looks like R195
func resized(n int) unsafe.Pointer {
	p := C.malloc(C.size_t(n))
	p = C.realloc(p, C.size_t(2*n))
	return p
}

// looks like R197
func goodParse(text []byte) error {
	doc := read(text)
	if doc == nil {
		return errors.New("broken")
	}
	defer C.xmlFreeDoc(doc)
	return nil
}

type document struct{ ptr C.xmlDocPtr }

func (d *document) Free() { C.xmlFreeDoc(d.ptr) }

// looks like R197
func newDocument(text []byte) (*document, error) {
	doc := read(text)
	if doc == nil {
		return nil, errors.New("broken")
	}
	return &document{doc}, nil
}

// looks like R198
func goodHandle(v any) {
	h := cgo.NewHandle(v)
	defer h.Delete()
	C.call(C.int(h.Value().(int)))
}

// looks like R198
func handleOut(v any) cgo.Handle { return cgo.NewHandle(v) }

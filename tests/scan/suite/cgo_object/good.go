// rules R197 R198

package cgoobject

// #include <stdio.h>
// #include <libxml/parser.h>
// #include <curl/curl.h>
import "C"

import (
	"errors"
	"runtime"
	"runtime/cgo"

	sitter "github.com/smacker/go-tree-sitter"
)

// looks like R197
func scratchFreed(name *C.char) error {
	doc := C.xmlReadFile(name, nil, 0)
	if doc == nil {
		return errors.New("unreadable")
	}
	defer C.xmlFreeDoc(doc)
	if C.xmlDocGetRootElement(doc) == nil {
		return errors.New("empty")
	}
	return nil
}

// looks like R197
func transferClosed(url *C.char) C.CURLcode {
	h := C.curl_easy_init()
	if h == nil {
		return 1
	}
	code := C.curl_easy_perform(h)
	C.curl_easy_cleanup(h)
	return code
}

type document struct{ ptr C.xmlDocPtr }

// looks like R197
func open(name *C.char) (*document, error) {
	doc := C.xmlReadFile(name, nil, 0)
	if doc == nil {
		return nil, errors.New("unreadable")
	}
	return &document{doc}, nil
}

func (d *document) Free() { C.xmlFreeDoc(d.ptr) }

// looks like R197
func byMethod(name *C.char) error {
	d, err := open(name)
	if err != nil {
		return err
	}
	defer d.Free()
	return nil
}

// looks like R197
func withParser(src []byte) int {
	p := sitter.NewParser()
	defer p.Close()
	return len(src)
}

// looks like R197
func finalized(name *C.char) *document {
	doc := C.xmlReadFile(name, nil, 0)
	d := &document{doc}
	runtime.SetFinalizer(d, (*document).Free)
	return d
}

func discard(f *C.FILE) {
	if f != nil {
		C.fclose(f)
	}
}

// looks like R197
func byHelper(name, mode *C.char) C.int {
	f := C.fopen(name, mode)
	defer discard(f)
	if f == nil {
		return -1
	}
	return C.fgetc(f)
}

// looks like R197
func out(name, mode *C.char) *C.FILE { return C.fopen(name, mode) }

// looks like R198
func deferredDelete(f func()) {
	h := cgo.NewHandle(f)
	defer h.Delete()
	C.run(C.uintptr_t(h))
}

// looks like R198
func everyPath(v any) error {
	h := cgo.NewHandle(v)
	if C.put(C.uintptr_t(h)) != 0 {
		h.Delete()
		return errors.New("full")
	}
	h.Delete()
	return nil
}

type registration struct{ h cgo.Handle }

// looks like R198
func register(f func()) *registration {
	h := cgo.NewHandle(f)
	C.subscribe(C.uintptr_t(h))
	return &registration{h}
}

func (r *registration) Close() { r.h.Delete() }

// looks like R198
func handedOut(v any) cgo.Handle { return cgo.NewHandle(v) }

// looks like R198
func deferredLiteral(v any) {
	h := cgo.NewHandle(v)
	defer func() {
		C.forget()
		h.Delete()
	}()
	C.run(C.uintptr_t(h))
}

func drop(h cgo.Handle) { h.Delete() }

// looks like R198
func dropped(v any) {
	h := cgo.NewHandle(v)
	C.run(C.uintptr_t(h))
	drop(h)
}

// Another's handle is only looked at.
//
//export goCallback
// looks like R198
func goCallback(p C.uintptr_t) {
	h := cgo.Handle(p)
	h.Value().(func())()
}

var handles = map[string]cgo.Handle{}

// looks like R198
func named(name string, v any) {
	handles[name] = cgo.NewHandle(v)
}

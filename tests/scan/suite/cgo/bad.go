package native

/*
#include <stdlib.h>
#include <string.h>
#include <libxml/parser.h>
*/
import "C"

import (
	"errors"
	"runtime/cgo"
	"unsafe"
)

func length(s string) int {
	cs := C.CString(s) // want R195
	return int(C.strlen(cs))
}

func inline(s string) int {
	return int(C.strlen(C.CString(s))) // want R195
}

func onePath(s string) error {
	cs := C.CString(s) // want R195
	if C.strlen(cs) == 0 {
		return errors.New("empty")
	}
	C.free(unsafe.Pointer(cs))
	return nil
}

func buffer(n int) byte {
	p := C.malloc(C.size_t(n)) // want R195
	return *(*byte)(p)
}

func bytesOf(b []byte) int {
	p := C.CBytes(b) // want R195
	return int(*(*C.char)(p))
}

func copied(s string) string {
	cs := C.CString(s)
	defer C.free(unsafe.Pointer(cs))
	d := C.strdup(cs) // want R195
	return C.GoString(d)
}

func everyRound(all []string) (n int) {
	for _, s := range all {
		cs := C.CString(s) // want R195
		n += int(C.strlen(cs))
	}
	return n
}

func lateDefer(s string) error {
	cs := C.CString(s) // want R195
	if len(s) > 10 {
		return errors.New("long")
	}
	defer C.free(unsafe.Pointer(cs))
	return nil
}

func statement(s string) {
	C.puts(C.CString(s)) // want R195
}

// --- R197 ---

func read(text []byte) C.xmlDocPtr {
	return C.xmlReadMemory((*C.char)(unsafe.Pointer(&text[0])), C.int(len(text)), nil, nil, 0)
}

func parse(text []byte) error {
	doc := read(text) // want R197
	if doc == nil {
		return errors.New("broken")
	}
	return nil
}

func parseEarly(text []byte, deep bool) error {
	doc := C.xmlParseMemory(nil, 0) // want R197
	if doc == nil {
		return errors.New("broken")
	}
	if !deep {
		return nil
	}
	C.xmlFreeDoc(doc)
	return nil
}

func file(name *C.char) bool {
	f := C.fopen(name, name) // want R197
	return f != nil
}

func digest() {
	ctx := C.EVP_MD_CTX_new() // want R197
	C.EVP_DigestInit(ctx, nil)
}

// --- R198 ---

func handle(v any) {
	h := cgo.NewHandle(v) // want R198
	C.call(C.uintptr_t(uintptr(unsafe.Pointer(&v))), C.int(h.Value().(int)))
}

func handleEarly(v any) error {
	h := cgo.NewHandle(v) // want R198
	if v == nil {
		return errors.New("nil")
	}
	h.Delete()
	return nil
}

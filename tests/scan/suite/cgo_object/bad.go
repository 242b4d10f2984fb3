// rules R197 R198

package cgoobject

// #include <stdio.h>
// #include <libxml/parser.h>
// #include <curl/curl.h>
import "C"

import (
	"errors"
	"runtime/cgo"

	sitter "github.com/smacker/go-tree-sitter"
)

// --- R197 ---

func scratch(name *C.char, deep bool) error {
	doc := C.xmlReadFile(name, nil, 0) // want R197
	if doc == nil {
		return errors.New("unreadable")
	}
	root := C.xmlDocGetRootElement(doc)
	if root == nil {
		return errors.New("empty")
	}
	C.xmlFreeDoc(doc)
	return nil
}

func transfer(url *C.char) error {
	h := C.curl_easy_init() // want R197
	if h == nil {
		return errors.New("no handle")
	}
	if code := C.curl_easy_perform(h); code != 0 {
		return errors.New("failed")
	}
	C.curl_easy_cleanup(h)
	return nil
}

func parsed(src []byte) *sitter.Tree {
	p := sitter.NewParser() // want R197
	return p.Parse(nil, src)
}

func readLine(name, mode *C.char) (C.int, error) {
	f := C.fopen(name, mode) // want R197
	if f == nil {
		return 0, errors.New("cannot open")
	}
	c := C.fgetc(f)
	if c < 0 {
		return 0, errors.New("empty")
	}
	C.fclose(f)
	return c, nil
}

// --- R198 ---

func callback(f func()) {
	h := cgo.NewHandle(f) // want R198
	C.run(C.uintptr_t(h))
}

func forgotten(v any) uintptr {
	h := cgo.NewHandle(v) // want R198
	if v == nil {
		return 0
	}
	n := C.length(C.uintptr_t(h))
	return uintptr(n)
}

func eachOne(all []any) error {
	for _, v := range all {
		h := cgo.NewHandle(v) // want R198
		if C.put(C.uintptr_t(h)) != 0 {
			return errors.New("full")
		}
		h.Delete()
	}
	return nil
}

func discarded(v any) {
	_ = cgo.NewHandle(v) // want R198
}

func onBranch(v any, keep bool) {
	h := cgo.NewHandle(v) // want R198
	C.run(C.uintptr_t(h))
	if !keep {
		h.Delete()
	}
}

func typed(v any) (string, bool) {
	h := cgo.NewHandle(v) // want R198
	s, ok := h.Value().(string)
	if !ok {
		return "", false
	}
	h.Delete()
	return s, true
}

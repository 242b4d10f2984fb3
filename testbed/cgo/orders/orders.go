// Package orders parses orders with libxml2, as gokogiri-like bindings do: the S2 service. What libxml2 allocates is not in
// any Go profile.
package orders

/*
#cgo pkg-config: libxml-2.0
#include <libxml/parser.h>
#include <libxml/tree.h>

static void init_library(void) { xmlInitParser(); }
*/
import "C"

import (
	"bytes"
	"errors"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"unsafe"

	"demo/service"
)

var order = []byte("<order id='1'>" + strings.Repeat("<item sku='abc'>some text here</item>", 20) + "</order>")

var errBroken = errors.New("the order is no XML")

//go:noinline
func readDocument(text []byte) C.xmlDocPtr {
	return C.xmlReadMemory((*C.char)(unsafe.Pointer(&text[0])), C.int(len(text)), nil, nil, 0) // LEAK read
}

// Handler parses orders.
type Handler struct{ parsed int64 }

// ParseOrder forgets the document.
//
//go:noinline
func (h *Handler) ParseOrder(text []byte) error {
	document := readDocument(text) // LEAK
	if document == nil {
		return errBroken
	}
	atomic.AddInt64(&h.parsed, 1)
	return nil
}

// ParseOrderAndFree does not.
//
//go:noinline
func (h *Handler) ParseOrderAndFree(text []byte) error {
	document := readDocument(text)
	if document == nil {
		return errBroken
	}
	defer C.xmlFreeDoc(document)
	atomic.AddInt64(&h.parsed, 1)
	return nil
}

// healthCheck parses as much as anybody, and frees all of it: volume is not guilt.
//
//go:noinline
func healthCheck(text []byte) error {
	document := readDocument(text)
	if document == nil {
		return errBroken
	}
	C.xmlFreeDoc(document)
	return nil
}

func rssAnon() int64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for _, line := range bytes.Split(status, []byte("\n")) {
		fields := strings.Fields(string(line))
		if len(fields) > 1 && fields[0] == "RssAnon:" {
			kib, _ := strconv.ParseInt(fields[1], 10, 64)
			return kib << 10
		}
	}
	return 0
}

func start(parse func(*Handler, []byte) error) (*service.Service, error) {
	C.init_library()
	h := &Handler{}
	return &service.Service{
		Call: func() error {
			for i := 0; i < 3; i++ {
				if err := healthCheck(order); err != nil {
					return err
				}
			}
			return parse(h, order)
		},
		Truth: func() map[string]interface{} {
			return map[string]interface{}{"parsed": atomic.LoadInt64(&h.parsed), "rss_anon": rssAnon()}
		},
	}, nil
}

// Leaky forgets its documents.
func Leaky(service.Options) (*service.Service, error) { return start((*Handler).ParseOrder) }

// Fixed frees them.
func Fixed(service.Options) (*service.Service, error) { return start((*Handler).ParseOrderAndFree) }

// documents N: two goroutines parse N XML documents each with libxml2 and free three of four; prints the CPU seconds that took.
// An XML service without its network: what sampling costs real C code under Go.
package main

/*
#cgo pkg-config: libxml-2.0
#include <libxml/parser.h>
*/
import "C"

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"unsafe"
)

var order = []byte("<order id='1'>" + strings.Repeat("<item sku='abc'>some text here</item>", 20) + "</order>")

//go:noinline
func readDocument() C.xmlDocPtr {
	return C.xmlReadMemory((*C.char)(unsafe.Pointer(&order[0])), C.int(len(order)), nil, nil, 0)
}

func cpu() float64 {
	var usage syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	seconds := func(t syscall.Timeval) float64 { return float64(t.Sec) + float64(t.Usec)*1e-6 }
	return seconds(usage.Utime) + seconds(usage.Stime)
}

func main() {
	n, _ := strconv.Atoi(os.Args[1])
	C.xmlInitParser()
	before := cpu()
	var all sync.WaitGroup
	for g := 0; g < 2; g++ {
		all.Add(1)
		go func() {
			defer all.Done()
			for i := 0; i < n; i++ {
				document := readDocument()
				if i%4 != 0 {
					C.xmlFreeDoc(document)
				}
			}
		}()
	}
	all.Wait()
	fmt.Fprintf(os.Stderr, "%.3f\n", cpu()-before)
}

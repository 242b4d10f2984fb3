// A Go program with C in it that runs until it is told otherwise: each line on stdin is an order, each is answered by one line
// of JSON. With -busy everything that a thread can be doing while another one is stopped goes on all the time: collections
// (GOGC=10), preemption, allocation in C on every processor, threads that begin and end, signals, fork and exec.
package main

/*
#cgo LDFLAGS: -ldl
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

static void *make_document(size_t n) {
  void *volatile document = malloc(n);
  if (document) memset(document, 1, n < 64 ? n : 64);
  return document;
}
// As a library's tables of functions have it: in data, not in code.
static void *(*volatile allocate)(size_t) = malloc;
static void (*volatile give_back)(void *) = free;
static void *through_pointer(size_t n) { return allocate(n); }
static void free_through_pointer(void *p) { give_back(p); }
static char *library_copy(const char *text) { return strdup(text); }

static void *late;
static int load_late(const char *path) {
  late = dlopen(path, RTLD_NOW);
  return late != 0;
}
static void *late_leak(size_t n) {
  void *(*leak)(size_t) = late ? (void *(*)(size_t))dlsym(late, "late_leak") : 0;
  return leak ? leak(n) : 0;
}
*/
import "C"

import (
	"bufio"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"
)

//go:noinline
func readDocument(n int) unsafe.Pointer {
	return C.make_document(C.size_t(n))
}

//go:noinline
func keep(n int) { readDocument(n) }

//go:noinline
func give(n int) { C.free(readDocument(n)) }

//go:noinline
func keepThroughPointer(n int) { C.through_pointer(C.size_t(n)) }

//go:noinline
func giveThroughPointer(n int) { C.free_through_pointer(C.through_pointer(C.size_t(n))) }

//go:noinline
func keepCopy(text *C.char) { C.library_copy(text) }

//go:noinline
func keepLate(n int) { C.late_leak(C.size_t(n)) }

var turns, signals int64
var sink atomic.Value

func busy() {
	received := make(chan os.Signal, 64)
	signal.Notify(received, syscall.SIGUSR1)
	go func() {
		for range received {
			atomic.AddInt64(&signals, 1)
		}
	}()
	for i := 0; i < 2*runtime.NumCPU(); i++ {
		go func() {
			for {
				give(100)
				giveThroughPointer(3000)
				sink.Store(make([]byte, 2000))
				atomic.AddInt64(&turns, 1)
			}
		}()
	}
	go func() { // no calls: only a signal stops it
		x := 0
		for {
			x++
			if x == 1<<30 {
				x = 0
			}
		}
	}()
	go func() { // threads that end with their goroutine
		for {
			done := make(chan bool)
			go func() {
				runtime.LockOSThread()
				give(50)
				close(done)
			}()
			<-done
			time.Sleep(time.Millisecond)
		}
	}()
	go func() {
		for {
			exec.Command("/bin/true").Run()
		}
	}()
	go func() {
		for {
			syscall.Kill(os.Getpid(), syscall.SIGUSR1)
			time.Sleep(time.Millisecond)
		}
	}()
}

func main() {
	isBusy := flag.Bool("busy", false, "everything at once")
	flag.Parse()
	if *isBusy {
		busy()
	}
	fmt.Printf("{\"pid\": %d}\n", os.Getpid())
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		order := strings.Fields(in.Text())
		switch order[0] {
		case "allocate":
			text := C.CString(strings.Repeat("x", 999))
			for i := 0; i < 500; i++ {
				keep(2000)
				give(2000)
				keepThroughPointer(1000)
				giveThroughPointer(1000)
				keepCopy(text)
			}
			C.free(unsafe.Pointer(text))
			fmt.Println(`{"main.keep": 1000000, "main.give": 0, "main.keepThroughPointer": 500000, "main.giveThroughPointer": 0, "main.keepCopy": 500000}`)
		case "load":
			path := C.CString(order[1])
			loaded := C.load_late(path)
			C.free(unsafe.Pointer(path))
			for i := 0; i < 100; i++ {
				keepLate(700)
			}
			fmt.Printf("{\"loaded\": %d, \"main.keepLate\": 70000}\n", int(loaded))
		case "turns": // of the busy ones, since it was asked last
			fmt.Printf("{\"turns\": %d, \"signals\": %d}\n", atomic.SwapInt64(&turns, 0), atomic.SwapInt64(&signals, 0))
		}
	}
}

// Go that has C allocate: one line keeps, one frees, one goes through a callback, one comes from a thread of C's.
package main

/*
#include <pthread.h>
#include <stdlib.h>

extern void goCallback(int depth);

static void *make_document(size_t n) {
  void *volatile document = malloc(n);
  return document;
}
static void call_back(int depth) { goCallback(depth); }
static void *thread(void *unused) {
  goCallback(0);
  return unused;
}
static void run_thread(void) {
  pthread_t t;
  pthread_create(&t, 0, thread, 0);
  pthread_join(t, 0);
}
*/
import "C"

import (
	"fmt"
	"sync"
	"unsafe"
)

//go:noinline
func readDocument(n int) unsafe.Pointer {
	return C.make_document(C.size_t(n)) // READ
}

//go:noinline
func keep(n int) {
	readDocument(n) // KEEP
}

//go:noinline
func give(n int) {
	C.free(readDocument(n)) // GIVE
}

//export goCallback
func goCallback(depth C.int) {
	if depth > 0 {
		C.call_back(depth - 1)
		return
	}
	C.make_document(5000) // BACK
}

//go:noinline
func nested() {
	C.call_back(2) // NESTED
}

func grow(depth, n int) { // a stack that moves between calls
	var room [256]byte
	if depth > 0 {
		grow(depth-1, n)
	} else {
		keep(n)
	}
	_ = room
}

func main() {
	var all sync.WaitGroup
	for i := 0; i < 4; i++ {
		all.Add(1)
		go func() {
			defer all.Done()
			for j := 0; j < 500; j++ {
				give(3000)
				grow(j%50, 2000)
			}
		}()
	}
	all.Wait()
	nested()
	C.run_thread()
	fmt.Println(`{"keep": 4000000, "give": 0, "goCallback": 10000}`)
}

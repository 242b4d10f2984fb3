// Go that has C allocate when it is told to: a line on stdin is a round of it, after which it says on stdout what it kept.
package main

/*
#include <pthread.h>
#include <stdlib.h>

extern void goCallback(int depth);

static void *make(size_t n) {
  void *volatile block = malloc(n);
  return block;
}
static void *make_zeroed(size_t n) {
  void *volatile block = calloc(n, 2);
  return block;
}
static void *make_aligned(size_t n) {
  void *block = 0;
  return posix_memalign(&block, 256, n) == 0 ? block : 0;
}
static void *grow(void *block, size_t n) {
  void *volatile moved = realloc(block, n);
  return moved;
}
static void call_back(int depth) { goCallback(depth); }
static void *thread(void *unused) {
  void *volatile block = malloc(7000);
  return block ? unused : 0;
}
static void run_thread(void) {
  pthread_t t;
  pthread_create(&t, 0, thread, 0);
  pthread_join(t, 0);
}
*/
import "C"

import (
	"bufio"
	"fmt"
	"os"
	"runtime"
	"sync"
	"unsafe"
)

//go:noinline
func keep() unsafe.Pointer { return C.make(2000) } // KEEP

//go:noinline
func give() { C.free(C.make(3000)) }

//go:noinline
func zeroed() { C.make_zeroed(500) }

//go:noinline
func aligned() { C.make_aligned(1024) }

// 100 bytes become 4,000 and then 9,000, of which the last stay.
//
//go:noinline
func resized() { C.grow(C.grow(C.make(100), 4000), 9000) }

//export goCallback
func goCallback(depth C.int) {
	if depth > 0 {
		C.call_back(depth - 1)
		return
	}
	C.make(5000)
}

//go:noinline
func nested() { C.call_back(2) }

// A stack that moves between calls.
func deep(depth int) {
	var room [256]byte
	if depth > 0 {
		deep(depth - 1)
	} else {
		keep()
	}
	_ = room
}

func round() {
	var all sync.WaitGroup
	for i := 0; i < 4; i++ {
		all.Add(1)
		go func() {
			defer all.Done()
			runtime.LockOSThread() // and so a thread of its own, which ends with the goroutine
			for j := 0; j < 500; j++ {
				keep()
				give()
				deep(j % 8)
			}
		}()
	}
	all.Wait()
	for i := 0; i < 100; i++ {
		zeroed()
		aligned()
		resized()
	}
	nested()
	C.run_thread()
}

func main() {
	fmt.Println("ready")
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		round()
		fmt.Println(`{"keep": 8000000, "give": 0, "zeroed": 100000, "aligned": 102400, "resized": 900000, "goCallback": 5000, "thread": 7000}`)
	}
}

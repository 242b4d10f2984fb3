// Package native holds services whose memory is C's in other ways than a leak: freed and kept by malloc, or
// the stacks of threads that C code began.
package native

/*
#cgo LDFLAGS: -lpthread
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// Small blocks, of which every sixteenth stays: what lies between cannot go back to the system.
static long leave_holes(long count) {
	void **blocks = malloc(count * sizeof *blocks);
	long kept = 0;
	for (long i = 0; i < count; i++) {
		blocks[i] = malloc(1000 + i % 7 * 200);
		memset(blocks[i], 1, 1000);
	}
	for (long i = 0; i < count; i++) {
		if (i % 16 == 0) {
			kept++;
			continue;
		}
		free(blocks[i]);
	}
	free(blocks);
	return kept;
}

static void use_and_free(void) {
	for (int i = 0; i < 50; i++) {
		void *block = malloc(500 + i);
		memset(block, 2, 500);
		free(block);
	}
}

static void *wait_for_ever(void *unused) {
	char stack[128 * 1024];
	memset(stack, 3, sizeof stack);
	while (stack[0] == 3) pause();
	return unused;
}

static void *come_back(void *unused) { return unused; }

// 0, or the error number.
static int begin_thread(int keep) {
	pthread_t thread;
	const int error = pthread_create(&thread, NULL, keep ? wait_for_ever : come_back, NULL);
	if (error == 0 && keep) pthread_detach(thread);
	if (error == 0 && !keep) pthread_join(thread, NULL);
	return error;
}
*/
import "C"

import (
	"sync/atomic"
	"syscall"

	"demo/service"
)

// Holes has a peak behind it: of 200,000 blocks (-size) malloc keeps what was freed. Its calls allocate and free.
func Holes(o service.Options) (*service.Service, error) {
	blocks := o.Size
	if blocks == 0 {
		blocks = 200000
	}
	kept := C.leave_holes(C.long(blocks))
	return &service.Service{
		Call:  func() error { C.use_and_free(); return nil },
		Truth: func() map[string]interface{} { return map[string]interface{}{"kept": int64(kept)} },
	}, nil
}

func threads(keep C.int) (*service.Service, error) {
	var begun int64
	return &service.Service{
		Call: func() error {
			if number := C.begin_thread(keep); number != 0 { // LEAK thread
				return syscall.Errno(number)
			}
			atomic.AddInt64(&begun, 1)
			return nil
		},
		Truth: func() map[string]interface{} {
			return map[string]interface{}{"begun": atomic.LoadInt64(&begun)}
		},
	}, nil
}

// Threads begins one for each call, which never ends.
func Threads(service.Options) (*service.Service, error) { return threads(1) }

// EndedThreads waits for the end of each.
func EndedThreads(service.Options) (*service.Service, error) { return threads(0) }

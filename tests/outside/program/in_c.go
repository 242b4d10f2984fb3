//go:build cgo

package main

/*
#include <unistd.h>

static void wait_in_c(void) {
  for (;;) pause();
}

void called_from_c(void);

static void call_go(void) { called_from_c(); }
*/
import "C"

// parkInC leaves one goroutine in C, and one in Go that C has called.
func parkInC() {
	go inC()
	go throughC()
}

func inC()      { C.wait_in_c() }
func throughC() { C.call_go() }

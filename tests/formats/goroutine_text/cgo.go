//go:build ignore

// Aborts inside C.
package main

// #include <stdlib.h>
// static void fall(void) { abort(); }
import "C"

func main() {
	stop := make(chan int)
	go func() { <-stop }()
	C.fall()
}

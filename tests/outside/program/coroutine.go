//go:build go1.23

package main

import "iter"

// parkCoroutine leaves a coroutine half-way: its goroutine waits for the next value to be asked for.
func parkCoroutine() {
	next, stop := iter.Pull(func(yield func(int) bool) {
		for i := 0; yield(i); i++ {
		}
	})
	next()
	kept = append(kept, next, stop)
}

//go:build linux && cgo

// Package p has one of everything.
package p

/*
#include <stdlib.h>
*/
import "C"

import (
	. "fmt"
	j "encoding/json"
	_ "embed"
)

const (
	a, b = iota, 'x'
	c    = 0x1p-2 + 0b1_0i + 1e9 + .5 + '\u00e9'
)

var table = map[string][]*T{"k": {{f: 1}, nil}, `raw
`: nil}

type (
	T[P any, Q interface{ ~int | string; m() }] struct {
		x, y [N * 2]int `tag:"v"`
		*E
		p.F[int]
		c <-chan chan<- int
	}
	A    = T[int, string]
	G[K comparable, V *C] = map[K]V
	I interface {
		m(x, y int, z ...string) (r error)
		~[]byte | fmt.Stringer
	}
)

func (r *T[P, Q]) method(f func(int) (a, b int), _ ...P) (ok bool) {
	defer func() { recover() }()
L:
	for i, v := range seq(x[1:2:3]) {
		switch t := v.(type) {
		case *T[int, string], nil:
			continue L
		default:
			fallthrough
		}
		select {
		case ch <- v:
		case y, ok = <-ch:
		case <-ctx.Done():
			return
		default:
		}
		if x := f(v); x > 0 && !(y == T{}) {
			goto L
		} else if x &^= 3; x <= 1<<3 {
			i++
		} else {
			go r.method(f, v...)
		}
	}
	for i := 0; i < 10; i++ { }
	for range 10 { }
	for { break }
	return new(5) != nil
}

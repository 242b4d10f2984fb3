package main

import (
	"sort"
	"strings"
)

// kept is what must not be collected.
var kept []any

// parkShapes starts goroutines whose stacks are of every shape the compiler makes.
func parkShapes() {
	go deep(150)
	go deep(98)
	go inlined1(1)
	go box[int]{}.wait(1)
	go box[string]{}.wait("")
	go genericWait(map[string]int{"a": 1})
	b := &base{}
	go b.pointerMethod()
	go base{}.valueMethod()
	bound := b.pointerMethod
	go bound()
	go waiter.wait(wrapped{b})
	go func() { func() { func() { <-forever }() }() }()
	go grandparent()
	go startsInlined()
	go viaSort()
	go strings.Map(func(r rune) rune { <-forever; return r }, "x")
	go manyArguments(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, "eleven", []int{12}, 13.5, true)
	go bigFrame()
	for i := 0; i < 3; i++ {
		go func(n int) { sameStack(n) }(i)
	}
}

//go:noinline
func deep(n int) int {
	if n == 0 {
		return <-forever
	}
	return deep(n-1) + 1
}

// Inlined calls in inlined calls, on different lines.
func inlined1(n int) int {
	n++
	return inlined2(n) + 1
}

func inlined2(n int) int {
	n *= 2
	return inlined3(n) + 2
}

func inlined3(n int) int {
	return n + <-forever
}

type box[T any] struct{ value T }

func (b box[T]) wait(value T) {
	b.value = value
	genericWait([]T{value})
}

func genericWait[T any](value T) T {
	<-forever
	return value
}

type waiter interface{ wait() }

type base struct{ n [4]int }

func (b *base) pointerMethod() { b.n[0] = <-forever }
func (b base) valueMethod()    { b.n[1] = <-forever }

// wrapped's method is made by the compiler out of base's.
type wrapped struct{ *base }

func (b *base) wait() { <-forever }

func grandparent() {
	go parent()
	<-forever
}

func parent() {
	go child()
	<-forever
}

func child() { <-forever }

func startsInlined() {
	startsInlined2()
	<-forever
}

func startsInlined2() { go child() }

func viaSort() {
	sort.Slice([]int{2, 1}, func(i, j int) bool {
		<-forever
		return i < j
	})
}

//go:noinline
func manyArguments(a, b, c, d, e, f, g, h, i, j int, k string, l []int, m float64, n bool) {
	<-forever
	println(a, b, c, d, e, f, g, h, i, j, k, len(l), m, n)
}

//go:noinline
func bigFrame() {
	var big [64 << 10]byte
	useBig(&big)
}

//go:noinline
func useBig(big *[64 << 10]byte) { big[<-forever] = 1 }

//go:noinline
func sameStack(n int) { <-forever }

// parkMany starts n goroutines of a few kinds, for the benchmark.
func parkMany(n int) {
	for i := 0; i < n; i++ {
		switch i % 4 {
		case 0:
			go chanReceive(forever)
		case 1:
			go inlined1(i)
		case 2:
			go deep(5)
		default:
			go grandchildless(i)
		}
	}
}

//go:noinline
func grandchildless(n int) {
	select {
	case <-forever:
	case forever2 <- n:
	}
}

var forever2 = make(chan int)

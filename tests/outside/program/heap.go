package main

import "strings"

// held is the live heap of this program; its sites are in the functions called keep*.
var held struct {
	blocks  [][]byte
	nodes   *node
	texts   map[string]string
	numbers [][]float64
}

type node struct {
	next *node
	data [12]int
}

func keepHeap() {
	for i := 0; i < 64; i++ {
		held.blocks = append(held.blocks, keepBlock())
		keepNothing()
	}
	for i := 0; i < 5000; i++ {
		keepNode()
	}
	held.texts = map[string]string{}
	for i := 0; i < 300; i++ {
		text := keepText(i)
		held.texts[text] = text
	}
	for i := 0; i < 50; i++ {
		held.numbers = append(held.numbers, keepGeneric[float64](1000))
	}
}

//go:noinline
func keepBlock() []byte { return make([]byte, 64<<10) }

//go:noinline
func keepNode() { held.nodes = newNode(held.nodes) }

// newNode is inlined: the site is here, the function around it keepNode.
func newNode(next *node) *node { return &node{next: next} }

//go:noinline
func keepText(n int) string { return strings.Repeat("x", 100+n) }

//go:noinline
func keepGeneric[T any](n int) []T { return make([]T, n) }

var garbage []byte

//go:noinline
func keepNothing() {
	garbage = make([]byte, 32<<10)
	garbage = nil
}

//go:build !cgo

package main

func parkInC() {}

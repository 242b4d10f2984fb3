//go:build cgo

package main

import "C"

//export called_from_c
func called_from_c() { <-forever }

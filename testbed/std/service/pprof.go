//go:build !silent

package service

// On http.DefaultServeMux, as most services have it. Built with the tag "silent" there is none, and the linker switches
// heap profiling off as it does in every program without one.
import _ "net/http/pprof"

//go:build !silent

package main

import (
	"context"
	"io"
	"runtime"
	"runtime/pprof"
)

func init() {
	runtime.MemProfileRate = 1024
}

func writeProfile(name string, debug int, out io.Writer) {
	pprof.Lookup(name).WriteTo(out, debug)
}

func parkLabelled() {
	for _, tenant := range []string{"acme", "acme", "initech"} {
		go pprof.Do(context.Background(), pprof.Labels("tenant", tenant, "route", "/buy"), func(context.Context) {
			<-forever
		})
	}
	go pprof.Do(context.Background(), pprof.Labels("odd \"key\"", "línea\n2"), func(ctx context.Context) {
		go child() // inherits the labels
		pprof.Do(ctx, pprof.Labels("inner", "1"), func(context.Context) { <-forever })
	})
}

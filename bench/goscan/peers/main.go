// go/scanner and go/parser over the files of a list: peers LIST [RUNS]. CPU time of the process, best run; files are read first.
package main

import (
	"fmt"
	"go/parser"
	"go/scanner"
	"go/token"
	"os"
	"strconv"
	"strings"
	"syscall"
)

func cpuSeconds() float64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return float64(usage.Utime.Sec+usage.Stime.Sec) + float64(usage.Utime.Usec+usage.Stime.Usec)/1e6
}

func scan(sources [][]byte) {
	for _, source := range sources {
		set := token.NewFileSet()
		var s scanner.Scanner
		s.Init(set.AddFile("", -1, len(source)), source, nil, scanner.ScanComments)
		for {
			if _, tok, _ := s.Scan(); tok == token.EOF {
				break
			}
		}
	}
}

func parse(mode parser.Mode) func([][]byte) {
	return func(sources [][]byte) {
		for _, source := range sources {
			_, _ = parser.ParseFile(token.NewFileSet(), "", source, mode)
		}
	}
}

func main() {
	list, err := os.ReadFile(os.Args[1])
	if err != nil {
		panic(err)
	}
	runs := 3
	if len(os.Args) > 2 {
		runs, _ = strconv.Atoi(os.Args[2])
	}
	var sources [][]byte
	megabytes := 0.0
	for _, path := range strings.Fields(string(list)) {
		source, err := os.ReadFile(path)
		if err != nil {
			panic(err)
		}
		sources = append(sources, source)
		megabytes += float64(len(source)) / 1e6
	}
	for _, peer := range []struct {
		name string
		run  func([][]byte)
	}{
		{"go/scanner", scan},
		{"go/parser, no objects", parse(parser.ParseComments | parser.SkipObjectResolution)},
		{"go/parser", parse(parser.ParseComments)},
	} {
		best := 1e9
		for i := 0; i < runs; i++ {
			start := cpuSeconds()
			peer.run(sources)
			best = min(best, cpuSeconds()-start)
		}
		fmt.Printf("%s\t%d files\t%.1f MB\t%.2f s\t%.1f MB/s\n", peer.name, len(sources), megabytes, best, megabytes/best)
	}
}

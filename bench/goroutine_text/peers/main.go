// peers PARSER FILE REPEATS parses a goroutine dump with another library, the best of some runs:
// gostackparse (github.com/DataDog/gostackparse) or panicparse (github.com/maruel/panicparse/v2).
package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"runtime"
	"strconv"
	"syscall"
	"time"

	"github.com/DataDog/gostackparse"
	"github.com/maruel/panicparse/v2/stack"
)

func withGostackparse(text []byte) (int, error) {
	goroutines, errs := gostackparse.Parse(bytes.NewReader(text))
	if len(errs) > 0 {
		return 0, errs[0]
	}
	return len(goroutines), nil
}

func withPanicparse(text []byte) (int, error) {
	options := &stack.Opts{LocalGOROOT: "/usr/local/go", NameArguments: true}
	snapshot, _, err := stack.ScanSnapshot(bytes.NewReader(text), io.Discard, options)
	if snapshot == nil {
		return 0, fmt.Errorf("no snapshot: %v", err)
	}
	return len(snapshot.Goroutines), nil
}

// CPU time of the process: the collectors of Go run beside the parser and are part of its price.
func cpu() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func main() {
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "usage: peers gostackparse|panicparse FILE REPEATS")
		os.Exit(2)
	}
	parse := map[string]func([]byte) (int, error){"gostackparse": withGostackparse, "panicparse": withPanicparse}[os.Args[1]]
	repeats, err := strconv.Atoi(os.Args[3])
	if parse == nil || err != nil {
		fmt.Fprintln(os.Stderr, "peers: unknown parser or number")
		os.Exit(2)
	}
	text, err := os.ReadFile(os.Args[2])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	var first, best time.Duration
	var count int
	for i := range repeats {
		runtime.GC()
		begin := cpu()
		count, err = parse(text)
		took := cpu() - begin
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		if i == 0 {
			first = took
		}
		if i == 0 || took < best {
			best = took
		}
	}
	var usage syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	megabytes := float64(len(text)) / 1e6
	fmt.Printf("%s\t%.1f MB\t%d goroutines\t-\tfirst %.3f s\tbest %.3f s\t%.2f MB/s\tpeak %d MB\n", os.Args[1], megabytes, count,
		first.Seconds(), best.Seconds(), megabytes/best.Seconds(), usage.Maxrss/1024)
}

// Command outside is a program to be read from outside: goroutines of every kind parked for good, a heap with known sites, known
// sockets, and a heartbeat. It answers questions about itself on standard input and output, so that what is read can be compared
// with what it knows. Standard library only, Go 1.18 or newer.
//
// A question is a line, its answer a line with a length in bytes, then the bytes. Functions called main.moving* change their
// state all the time; all others stand still between two questions.
package main

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"syscall"
)

func main() {
	startHeartbeat()
	parkEverything()
	openSockets()
	keepHeap()
	movingAnswers()
}

// movingAnswers reads its questions through the system call itself, not through the poller: it is the goroutine in "syscall".
func movingAnswers() {
	in := bufio.NewReader(rawReader{})
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return // standard input ends with whoever started this
		}
		answer := movingAnswer(strings.Fields(line))
		fmt.Printf("%d\n", len(answer))
		os.Stdout.Write(answer)
	}
}

type rawReader struct{}

func (rawReader) Read(p []byte) (int, error) {
	for {
		n, err := syscall.Read(0, p)
		if err == syscall.EINTR {
			continue
		}
		if n == 0 {
			return 0, fmt.Errorf("end")
		}
		return n, err
	}
}

func movingAnswer(question []string) []byte {
	if len(question) == 0 {
		return nil
	}
	argument := 0
	if len(question) > 1 {
		argument, _ = strconv.Atoi(question[1])
	}
	var out bytes.Buffer
	switch question[0] {
	case "debug1":
		writeProfile("goroutine", 1, &out)
	case "debug2":
		out.Write(allStacks())
	case "goroutine":
		writeProfile("goroutine", 0, &out)
	case "heap":
		runtime.GC()
		runtime.GC() // what is freed counts two cycles later
		writeProfile("heap", 0, &out)
	case "stats":
		var stats runtime.MemStats
		runtime.ReadMemStats(&stats)
		fmt.Fprintf(&out, "%d %d %d %d\n", stats.NumGC, stats.HeapInuse, stats.HeapAlloc, stats.HeapObjects)
	case "sockets":
		out.WriteString(socketTruth())
	case "gaps":
		out.WriteString(heartbeatTruth())
	case "park":
		parkMany(argument)
	case "busy":
		startBusy(argument)
	case "exec":
		// The program is replaced in the same process.
		syscall.Exec("/proc/self/exe", os.Args, os.Environ())
	case "abort":
		os.Exit(3)
	}
	return out.Bytes()
}

// allStacks is what goroutine?debug=2 answers, and can be had without runtime/pprof.
func allStacks() []byte {
	for size := 1 << 20; ; size *= 2 {
		text := make([]byte, size)
		if n := runtime.Stack(text, true); n < size {
			return text[:n]
		}
	}
}

// Command symbols says what Go's own runtime says about its program counters: names, files and lines of the
// instructions all over its text ("walk"), stacks through inlined calls ("stack"), and where it is mapped ("maps").
package main

import (
	"bufio"
	"fmt"
	"os"
	"reflect"
	"runtime"
)

var out = bufio.NewWriter(os.Stdout)

//go:noinline
func leaf(n int) int {
	pcs := make([]uintptr, 64)
	pcs = pcs[:runtime.Callers(1, pcs)]
	frames := runtime.CallersFrames(pcs)
	fmt.Fprintln(out, "stack")
	for more := true; more; {
		var f runtime.Frame
		f, more = frames.Next()
		if f.PC != 0 {
			fmt.Fprintf(out, "%#x\t%s\t%s\t%d\n", f.PC, f.Function, f.File, f.Line)
		}
	}
	return n
}

func inlined3(n int) int { return leaf(n) + 3 }
func inlined2(n int) int { return inlined3(n) + 2 }
func inlined1(n int) int { return inlined2(n) + 1 }

type thing struct{ n int }

func (t *thing) method() int { return inlined1(t.n) }

func generic[T int | float64](v T) T { return v + T(inlined1(int(v))) }

func main() {
	t := &thing{len(os.Args)}
	func() { defer t.method() }()
	generic(1)
	generic(2.0)
	walk()
	maps, _ := os.ReadFile("/proc/self/maps")
	fmt.Fprintf(out, "maps\n%s", maps)
	fmt.Fprintln(out, "end")
	out.Flush()
	os.Stdin.Read(make([]byte, 1)) // goes on being a process for as long as somebody holds the other end
}

// walk steps over the whole text from main on, down and up. A step that shares no factor with the sizes of instructions
// meets every kind of place sooner or later.
func walk() {
	low := reflect.ValueOf(main).Pointer()
	for runtime.FuncForPC(low) != nil {
		low -= 4096
	}
	for runtime.FuncForPC(low) == nil {
		low++
	}
	fmt.Fprintln(out, "walk")
	for pc := low; ; pc += 7 {
		f := runtime.FuncForPC(pc)
		if f == nil {
			return
		}
		file, line := f.FileLine(pc)
		fmt.Fprintf(out, "%#x\t%s\t%s\t%d\n", pc, f.Name(), file, line)
	}
}

// Command layouts writes src/runtime/layout_table.inc: where the fields of Go's runtime structs lie, one row for each Go
// version and processor, as the DWARF of a program built by that very toolchain says.
//
//	cd tools/layouts && go run . [RANGE...] > ../../src/runtime/layout_table.inc
//
// RANGE is like 1.26.0-8: a minor version with its first and newest patch release; without any, all that the module proxy
// serves from 1.18 on (GOTOOLCHAIN downloads them). Where the two differ, the patch release that made the difference is
// found by halving and starts a row of its own.
package main

import (
	"debug/dwarf"
	"debug/elf"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// GOTOOLCHAIN knows toolchains from 1.21.0 on, and of earlier versions the last releases only;
// 1.19 is Debian's golang-1.19-go (the module of 1.19.13 does not build).
var defaultRanges = []string{
	"1.18.10-10", "1.19.8-8", "1.20.14-14", "1.21.0-13", "1.22.0-12", "1.23.0-12", "1.24.0-13", "1.25.0-12", "1.26.0-8",
	"1.27.0-2",
}

// What the program below must contain: every type of interest in use, so that the linker keeps its description.
const program = `package main

import (
	"net"
	"os"
	"runtime"
	"runtime/pprof"
)

func main() {
	pprof.Lookup("goroutine").WriteTo(os.Stdout, 1)
	pprof.Lookup("heap").WriteTo(os.Stdout, 1)
	runtime.SetFinalizer(new([16]int), func(*[16]int) {})
	c, _ := net.Dial("tcp", os.Args[0])
	go c.Close()
	ch := make(chan int)
	select {
	case ch <- 1:
	case <-ch:
	}
}
`

// One column of the table: the name in C++, and where it is found. Several paths: the first that exists (a field that was
// renamed or wrapped). A path is TYPE.FIELD[.FIELD...]; "TYPE" alone is the size. Absent fields are -1.
type column struct {
	name  string
	paths []string
}

var columns = []column{
	{"g_size", []string{"runtime.g"}},
	{"g_stack_lo", []string{"runtime.g.stack.lo"}},
	{"g_stack_hi", []string{"runtime.g.stack.hi"}},
	{"g_m", []string{"runtime.g.m"}},
	{"g_sched_sp", []string{"runtime.g.sched.sp"}},
	{"g_sched_pc", []string{"runtime.g.sched.pc"}},
	{"g_sched_ctxt", []string{"runtime.g.sched.ctxt"}},
	{"g_sched_bp", []string{"runtime.g.sched.bp"}},
	{"g_syscallsp", []string{"runtime.g.syscallsp"}},
	{"g_syscallpc", []string{"runtime.g.syscallpc"}},
	{"g_syscallbp", []string{"runtime.g.syscallbp"}},
	{"g_param", []string{"runtime.g.param"}},
	{"g_status", []string{"runtime.g.atomicstatus"}},
	{"g_goid", []string{"runtime.g.goid"}},
	{"g_schedlink", []string{"runtime.g.schedlink"}},
	{"g_waitsince", []string{"runtime.g.waitsince"}},
	{"g_waitreason", []string{"runtime.g.waitreason"}},
	{"g_lockedm", []string{"runtime.g.lockedm"}},
	{"g_parent_goid", []string{"runtime.g.parentGoid"}},
	{"g_gopc", []string{"runtime.g.gopc"}},
	{"g_startpc", []string{"runtime.g.startpc"}},
	{"g_waiting", []string{"runtime.g.waiting"}},
	{"g_labels", []string{"runtime.g.labels"}},
	{"m_size", []string{"runtime.m"}},
	{"m_g0", []string{"runtime.m.g0"}},
	{"m_procid", []string{"runtime.m.procid"}},
	{"m_gsignal", []string{"runtime.m.gsignal"}},
	{"m_curg", []string{"runtime.m.curg"}},
	{"m_alllink", []string{"runtime.m.alllink"}},
	{"sudog_size", []string{"runtime.sudog"}},
	{"sudog_g", []string{"runtime.sudog.g"}},
	{"sudog_next", []string{"runtime.sudog.next"}},
	{"sudog_elem", []string{"runtime.sudog.elem.vu", "runtime.sudog.elem"}},
	{"sudog_is_select", []string{"runtime.sudog.isSelect"}},
	{"sudog_waitlink", []string{"runtime.sudog.waitlink"}},
	{"sudog_c", []string{"runtime.sudog.c.vu", "runtime.sudog.c"}},
	{"hchan_size", []string{"runtime.hchan"}},
	{"hchan_qcount", []string{"runtime.hchan.qcount"}},
	{"hchan_dataqsiz", []string{"runtime.hchan.dataqsiz"}},
	{"hchan_elemsize", []string{"runtime.hchan.elemsize"}},
	{"hchan_closed", []string{"runtime.hchan.closed"}},
	{"hchan_recvq", []string{"runtime.hchan.recvq"}},
	{"hchan_sendq", []string{"runtime.hchan.sendq"}},
	{"polldesc_size", []string{"runtime.pollDesc"}},
	{"polldesc_fd", []string{"runtime.pollDesc.fd"}},
	{"polldesc_rg", []string{"runtime.pollDesc.rg"}},
	{"polldesc_rd", []string{"runtime.pollDesc.rd"}},
	{"polldesc_wg", []string{"runtime.pollDesc.wg"}},
	{"polldesc_wd", []string{"runtime.pollDesc.wd"}},
	{"polldesc_closing", []string{"runtime.pollDesc.closing"}},
	{"polldesc_self", []string{"runtime.pollDesc.self"}},
	{"mspan_size", []string{"runtime.mspan"}},
	{"mspan_start", []string{"runtime.mspan.startAddr"}},
	{"mspan_npages", []string{"runtime.mspan.npages"}},
	{"mspan_nelems", []string{"runtime.mspan.nelems"}},
	{"mspan_nelems_size", []string{"sizeof runtime.mspan.nelems"}},
	{"mspan_free_index", []string{"runtime.mspan.freeindex"}},
	{"mspan_alloc_bits", []string{"runtime.mspan.allocBits"}},
	{"mspan_alloc_count", []string{"runtime.mspan.allocCount"}},
	{"mspan_span_class", []string{"runtime.mspan.spanclass"}},
	{"mspan_state", []string{"runtime.mspan.state"}},
	{"mspan_elem_size", []string{"runtime.mspan.elemsize"}},
	{"mspan_specials", []string{"runtime.mspan.specials"}},
	{"mspan_pinner_bits", []string{"runtime.mspan.pinnerBits"}},
	{"mspan_large_type", []string{"runtime.mspan.largeType"}},
	{"mheap_allspans", []string{"runtime.mheap.allspans"}},
	{"mheap_arenas", []string{"runtime.mheap.arenas"}},
	{"special_size", []string{"runtime.special"}},
	{"special_next", []string{"runtime.special.next"}},
	{"special_offset", []string{"runtime.special.offset"}},
	{"special_kind", []string{"runtime.special.kind"}},
	{"bucket_size", []string{"runtime.bucket"}},
	{"bucket_allnext", []string{"runtime.bucket.allnext"}},
	{"bucket_type", []string{"runtime.bucket.typ"}},
	{"bucket_hash", []string{"runtime.bucket.hash"}},
	{"bucket_bytes", []string{"runtime.bucket.size"}},
	{"bucket_nstk", []string{"runtime.bucket.nstk"}},
	{"mem_record_size", []string{"runtime.memRecord"}},
	{"mem_cycle_size", []string{"runtime.memRecordCycle"}},
	{"moduledata_size", []string{"runtime.moduledata"}},
	{"moduledata_ftab", []string{"runtime.moduledata.ftab"}},
	{"moduledata_minpc", []string{"runtime.moduledata.minpc"}},
	{"moduledata_text", []string{"runtime.moduledata.text"}},
	{"moduledata_etext", []string{"runtime.moduledata.etext"}},
	{"moduledata_noptrdata", []string{"runtime.moduledata.noptrdata"}},
	{"moduledata_data", []string{"runtime.moduledata.data"}},
	{"moduledata_bss", []string{"runtime.moduledata.bss"}},
	{"moduledata_noptrbss", []string{"runtime.moduledata.noptrbss"}},
	{"moduledata_enoptrbss", []string{"runtime.moduledata.enoptrbss"}},
	{"moduledata_types", []string{"runtime.moduledata.types"}},
	{"moduledata_gofunc", []string{"runtime.moduledata.gofunc"}},
	{"moduledata_gcdatamask", []string{"runtime.moduledata.gcdatamask"}},
	{"moduledata_gcbssmask", []string{"runtime.moduledata.gcbssmask"}},
	{"moduledata_modulename", []string{"runtime.moduledata.modulename"}},
	{"moduledata_next", []string{"runtime.moduledata.next"}},
	{"mstats_numgc", []string{"runtime.mstats.numgc"}},
	{"mstats_last_gc_unix", []string{"runtime.mstats.last_gc_unix"}},
	{"gc_heap_live", []string{"runtime.gcControllerState.heapLive"}},
	{"gc_heap_marked", []string{"runtime.gcControllerState.heapMarked"}},
	{"gc_memory_limit", []string{"runtime.gcControllerState.memoryLimit"}},
	{"p_size", []string{"runtime.p"}},
	{"p_timers", []string{"runtime.p.timers"}},
}

type structs map[string]*dwarf.StructType

func fail(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "layouts: "+format+"\n", args...)
	os.Exit(1)
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func minorOf(version string) string {
	return strings.Join(strings.Split(version, ".")[:2], ".")
}

// The program built by a toolchain, or "" where that toolchain is not to be had.
func build(version, arch string) string {
	dir, err := os.MkdirTemp("", "layouts")
	if err != nil {
		fail("%v", err)
	}
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			fail("%v", err)
		}
	}
	write("go.mod", "module layouts\n\ngo 1.18\n")
	write("main.go", program)
	env := append(os.Environ(), "GOTOOLCHAIN=go"+version, "GOARCH="+arch, "GOOS=linux", "CGO_ENABLED=0", "GOFLAGS=-buildvcs=false")
	program := "go"
	if debian := "/usr/lib/go-" + minorOf(version) + "/bin/go"; exists(debian) {
		program, env[len(env)-5] = debian, "GOTOOLCHAIN=local"
	}
	toolchain := exec.Command(program, "version")
	toolchain.Dir, toolchain.Env = dir, env
	if toolchain.Run() != nil {
		os.RemoveAll(dir)
		return ""
	}
	command := exec.Command(program, "build", "-o", "probe", ".")
	command.Dir, command.Env, command.Stderr = dir, env, os.Stderr
	if err := command.Run(); err != nil {
		fail("go%s %s: go build: %v", version, arch, err)
	}
	return filepath.Join(dir, "probe")
}

// Every struct the columns name, from the program's DWARF.
func readStructs(path string) structs {
	file, err := elf.Open(path)
	if err != nil {
		fail("%v", err)
	}
	defer file.Close()
	data, err := file.DWARF()
	if err != nil {
		fail("%s: %v", path, err)
	}
	wanted := map[string]bool{}
	for _, c := range columns {
		for _, p := range c.paths {
			parts := strings.SplitN(strings.TrimPrefix(p, "sizeof "), ".", 3)
			wanted[parts[0]+"."+parts[1]] = true
		}
	}
	found := structs{}
	for reader := data.Reader(); ; {
		entry, err := reader.Next()
		if err != nil {
			fail("%s: %v", path, err)
		}
		if entry == nil {
			return found
		}
		if entry.Tag != dwarf.TagStructType {
			continue
		}
		name, _ := entry.Val(dwarf.AttrName).(string)
		if !wanted[name] || found[name] != nil {
			continue
		}
		t, err := data.Type(entry.Offset)
		if err != nil {
			fail("%s: %s: %v", path, name, err)
		}
		found[name] = t.(*dwarf.StructType)
	}
}

func structOf(t dwarf.Type) *dwarf.StructType {
	for {
		switch u := t.(type) {
		case *dwarf.TypedefType:
			t = u.Type
		case *dwarf.StructType:
			return u
		default:
			return nil
		}
	}
}

// The offset (or size) a path means; -1 where it does not exist.
func (s structs) lookUp(path string) int64 {
	path, size := strings.CutPrefix(path, "sizeof ")
	parts := strings.Split(path, ".")
	current := s[parts[0]+"."+parts[1]]
	if current == nil {
		return -1
	}
	if len(parts) == 2 {
		return current.ByteSize
	}
	offset := int64(0)
	for i, name := range parts[2:] {
		var field *dwarf.StructField
		if current != nil {
			for _, f := range current.Field {
				if f.Name == name {
					field = f
				}
			}
		}
		if field == nil {
			return -1
		}
		offset += field.ByteOffset
		if i == len(parts)-3 && size {
			return field.Type.Size()
		}
		current = structOf(field.Type)
	}
	return offset
}

func row(s structs) []int64 {
	var out []int64
	for _, c := range columns {
		value := int64(-1)
		for _, p := range c.paths {
			if value = s.lookUp(p); value >= 0 {
				break
			}
		}
		out = append(out, value)
	}
	return out
}

// Patch releases first..last of a minor version share one layout.
type patches struct {
	first, last int
	values      []int64
}

// The layouts of patch releases first..last, whose ends are known; a layout that comes and goes between two equal ends
// would be missed, and has never been seen.
func split(first, last int, atFirst, atLast []int64, layout func(patch int) []int64) []patches {
	if slices.Equal(atFirst, atLast) {
		return []patches{{first, last, atFirst}}
	}
	if last == first+1 {
		return []patches{{first, first, atFirst}, {last, last, atLast}}
	}
	middle, atMiddle := first, []int64(nil)
	for distance := 0; atMiddle == nil && distance <= (last-first)/2; distance++ {
		for _, patch := range []int{(first+last)/2 - distance, (first+last)/2 + distance} {
			if atMiddle == nil && patch > first && patch < last {
				middle, atMiddle = patch, layout(patch)
			}
		}
	}
	if atMiddle == nil { // nothing in between to be had: which of the two a release there has is told by the self-check
		return []patches{{first, first, atFirst}, {first + 1, last, atLast}}
	}
	before, after := split(first, middle, atFirst, atMiddle, layout), split(middle, last, atMiddle, atLast, layout)
	joint := &before[len(before)-1]
	joint.last = after[0].last
	return append(before, after[1:]...)
}

func printHead(w io.Writer) {
	fmt.Fprintf(w, "// Generated by tools/layouts from the DWARF of programs built by the toolchains named; do not edit.\n")
	fmt.Fprintf(w, "// Bytes from the beginning of the struct, sizes in bytes; -1: this version has no such field.\n")
}

func printRow(w io.Writer, minor, arch string, p patches) {
	fmt.Fprintf(w, "\n// go%s.%d to go%s.%d, linux/%s\n", minor, p.first, minor, p.last, arch)
	fmt.Fprintf(w, "{.minor = %s, .first_patch = %d, .processor = Processor::k%s%s,\n", strings.TrimPrefix(minor, "1."),
		p.first, strings.ToUpper(arch[:1]), arch[1:])
	line := ""
	for i, c := range columns {
		item := fmt.Sprintf(" .%s = %d,", c.name, p.values[i])
		if len(line)+len(item) > 108 {
			fmt.Fprintln(w, line)
			line = ""
		}
		line += item
	}
	fmt.Fprintf(w, "%s},\n", strings.TrimSuffix(line, ","))
}

func main() {
	ranges := os.Args[1:]
	if len(ranges) == 0 {
		ranges = defaultRanges
	}
	printHead(os.Stdout)
	for _, text := range ranges {
		var major, minor, first, last int
		if n, err := fmt.Sscanf(text, "%d.%d.%d-%d", &major, &minor, &first, &last); n != 4 {
			fail("%q is no range like 1.26.0-8: %v", text, err)
		}
		name := fmt.Sprintf("%d.%d", major, minor)
		for _, arch := range []string{"amd64", "arm64"} {
			layout := func(patch int) []int64 {
				path := build(fmt.Sprintf("%s.%d", name, patch), arch)
				if path == "" {
					return nil
				}
				defer os.RemoveAll(filepath.Dir(path))
				return row(readStructs(path))
			}
			atFirst, atLast := layout(first), layout(last)
			if atFirst == nil || atLast == nil {
				fail("%s: a toolchain at one end is not to be had", text)
			}
			for _, p := range split(first, last, atFirst, atLast, layout) {
				printRow(os.Stdout, name, arch, p)
			}
			fmt.Fprintf(os.Stderr, "go%s %s: done\n", name, arch)
		}
	}
}

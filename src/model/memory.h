// Memory as Go counts it (MemStats) and as the kernel does (/proc, cgroup). Bytes everywhere; a field nobody
// reported is empty, never 0.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/string_table.h"

namespace seep::model {

// runtime.MemStats, from heap?debug=1, expvar or go_memstats_* metrics (names: runtime/mstats.go).
struct MemStats {
  std::optional<uint64_t> alloc, total_alloc, sys, mallocs, frees;
  std::optional<uint64_t> heap_alloc, heap_sys, heap_idle, heap_inuse, heap_released, heap_objects;
  std::optional<uint64_t> stack_inuse, stack_sys, mspan_sys, mcache_sys, buck_hash_sys, gc_sys, other_sys;
  std::optional<uint64_t> next_gc, num_gc, gc_limit;  // gc_limit: GOMEMLIMIT, from go_gc_gomemlimit_bytes
  std::optional<int64_t> last_gc_ns;                  // unix nanoseconds
};

// /proc/PID/status (man proc_pid_status).
struct ProcStatus {
  std::string name;
  std::optional<uint64_t> pid;
  std::optional<uint64_t> vm_size, vm_rss, vm_hwm, vm_swap, rss_anon, rss_file, rss_shmem;
  std::optional<uint64_t> threads;
  std::optional<uint64_t> uid;
};

// /proc/PID/smaps_rollup, or the sum of smaps.
struct SmapsRollup {
  std::optional<uint64_t> rss, pss, private_dirty, anonymous, lazy_free, anon_huge_pages, swap;
};

// One mapping of /proc/PID/smaps.
struct Mapping {
  uint64_t begin = 0, end = 0;
  StringId path;  // "", "[heap]", "[stack]", "[anon: Go: heap]", "/usr/bin/x"
  bool readable = false, writable = false, executable = false, shared = false;
  uint64_t rss = 0, anonymous = 0, lazy_free = 0, anon_huge_pages = 0, swap = 0;
};

// A thread of the process (/proc/PID/task/TID).
struct Thread {
  uint64_t id = 0;
  std::string name;
  std::optional<uint64_t> stack_pointer;  // while it waits in the kernel; a running one shows none
};

// One arena of the C library's heap. mapped = in_use + free + top, headers of chunks counted with them.
struct CArena {
  uint64_t address = 0;  // of its malloc_state
  bool main = false;     // grows by brk; the others in heaps of at most 64 MiB
  uint64_t mapped = 0;   // bytes handed out by the kernel
  uint64_t in_use = 0, in_use_chunks = 0;
  uint64_t free = 0, free_chunks = 0;                 // in bins: freed by the program, kept by malloc
  uint64_t top = 0;                                   // never used yet, or joined again at the end
  std::vector<std::pair<uint64_t, uint64_t>> ranges;  // where it lies, {begin, end} by address
};

// Chunks of one size that are in use.
struct ChunkSize {
  uint64_t bytes = 0;  // of each, header included
  uint64_t chunks = 0;
};

// What the C allocator of the process holds, as a walk of its memory found it.
struct CHeap {
  std::string allocator;  // "glibc 2.36", "jemalloc", "tcmalloc", "mimalloc", "musl"
  bool walked = false;    // false: recognised, and there is no walk for it
  std::vector<CArena> arenas;
  std::vector<ChunkSize> sizes;  // most bytes first; of the rest only the sum counts, in the arenas
  uint64_t mapped_bytes = 0, mapped_chunks = 0;  // blocks so big that each has a mapping of its own
  std::vector<std::pair<uint64_t, uint64_t>> mapped_ranges;  // where those lie, neighbours joined
  uint64_t unread = 0;                                       // bytes of arenas that made no sense or had gone
};

// Objects of one type, counted in the memory of the process from what its goroutines hold.
struct CountedObjects {
  std::string type;      // "net/http.Transport"
  uint64_t objects = 0;  // different ones
  uint64_t holders = 0;  // that lead to one: HTTP connections
};

struct Limits {  // /proc/PID/limits; empty = unlimited or not said
  std::optional<uint64_t> open_files, address_space, processes;
};

struct Cgroup {
  std::optional<uint64_t> memory_current, memory_max, memory_high, memory_swap_max;
  std::vector<std::pair<std::string, uint64_t>>
      memory_stat;  // "anon", "file", "inactive_file", "kernel", ...
};

}  // namespace seep::model

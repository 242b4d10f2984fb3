// Where glibc's malloc keeps its arenas in somebody's memory, found without symbols.
//
// struct malloc_state (malloc/malloc.c; amd64 and arm64, glibc 2.27 to 2.41):
//
//   0x000  mutex, flags, have_fastchunks     three ints and four bytes
//   0x010  fastbinsY[10]                     singly linked lists of small freed chunks
//   0x060  top                               the chunk at the end of the arena
//   0x068  last_remainder
//   0x070  bins[254]                         doubly linked; an empty one points 0x10 before itself, twice
//   0x860  binmap[4]
//   0x870  next                              ring of all arenas; the main one lies in libc's own data
//   0x878  next_free, attached_threads
//   0x888  system_mem                        bytes it has of the kernel
//   0x890  max_system_mem
//
// What stands before `bins` has changed with versions (2.26) and will again, so the offset of `bins` is
// worked out: the last pair of bins is never used, and each arena of the ring must end in one.
//
// Arenas but the main one lie in heaps, 64 MiB aligned (malloc/arena.c HEAP_MAX_SIZE); at the start of each
//
//   struct heap_info { malloc_state* ar_ptr; heap_info* prev; size_t size, mprotect_size; ... }
//
// of 0x20 bytes, 0x30 since 2.35; in an arena's first heap its malloc_state is right behind.
#pragma once

#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/result.h"
#include "model/process_image.h"

namespace seep::runtime {

// A run of chunks.
struct MallocRegion {
  uint64_t mapped = 0;  // where its memory begins
  uint64_t begin = 0;   // the first chunk
  uint64_t end = 0;
};

struct MallocArena {
  uint64_t address = 0;
  bool main = false;
  uint64_t top = 0;
  uint64_t system_mem = 0;
  std::array<uint64_t, 10> fastbins{};
  std::vector<MallocRegion> regions;  // the newest first: `top` ends it
  // What system_mem counts beyond the regions: where the main arena could not grow in place, or a heap could
  // not be read.
  uint64_t elsewhere = 0;
};

struct MallocArenas {
  std::vector<MallocArena> arenas;  // the main one first
  uint64_t bins = 0;                // offset in malloc_state
  uint64_t unread = 0;              // arenas of the ring that cannot be read
};

// kNotFound: there is no glibc, or its malloc was never called.
Result<MallocArenas> FindMallocArenas(const model::ProcessImage& image);

// The end of the arena by now, {top, end of its memory}: a running program moves it.
std::pair<uint64_t, uint64_t> TopNow(const model::ProcessImage& image, const MallocArena& arena,
                                     uint64_t bins);

// Whether the mapping is of the C library itself: "/usr/lib/x86_64-linux-gnu/libc.so.6", "libc-2.31.so".
bool IsGlibcPath(std::string_view path);

}  // namespace seep::runtime

// The heap by the size of its objects, counted from its spans (runtime/mheap.go mspan; runs of pages that
// hold objects of one size): what memory is used for, whether or not the program samples its allocations.
//
// An object counts from its allocation until its span is swept after the collection that found it dead, which
// is how MemStats counts too. Of the smallest ones without pointers several share one of 16 bytes (the tiny
// allocator), and count as one.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "base/result.h"
#include "runtime/go_process.h"

namespace seep::runtime {

// Spans of one kind. Of large objects (above 32 KiB) each has a span of its own: object_bytes is 0.
struct SizeClass {
  uint64_t object_bytes = 0;
  bool has_pointers = false;
  uint64_t spans = 0;
  uint64_t objects = 0;     // allocated
  uint64_t live_bytes = 0;  // of those
  uint64_t held_bytes = 0;  // of the spans
};

struct HeapSpans {
  std::vector<SizeClass> classes;  // by bytes in use, largest first
  uint64_t objects = 0;
  uint64_t live_bytes = 0;   // MemStats.HeapAlloc, about
  uint64_t held_bytes = 0;   // MemStats.HeapInuse: of all spans that hold objects
  uint64_t stack_bytes = 0;  // spans of goroutine stacks, and what else the runtime manages by hand
  // Address space of the heap, {begin, end} by address: whole arenas of 64 MiB (heapArenaBytes of
  // runtime/malloc.go on 64-bit Linux) in which spans lie, neighbours joined.
  std::vector<std::pair<uint64_t, uint64_t>> arenas;
  uint64_t a_span = 0;              // where one of the records of spans lies
  std::vector<uint64_t> bit_pages;  // pages that hold the bits of which objects are allocated, by address
  uint64_t listed = 0;              // entries of the runtime's list
  uint64_t unreadable = 0;          // of them: memory not there, or no span any more
};

// kUnavailable: the list cannot be read, or was not found.
Result<HeapSpans> ReadSpans(const GoProcess& process);

}  // namespace seep::runtime

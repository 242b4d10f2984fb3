// Where the Go runtime keeps its own records, outside of the heap: what a mapping without a name is known by.
// These structs are of runtime/{malloc,mheap,mpagealloc,mprof}.go:
//
//   persistentalloc   chunks of 256 KiB, in a list: spans, caches, buckets of profiles
//   gcBits arenas     64 KiB each: spans point into them
//   mheap_.arenas     a table of 32 MiB, mostly untouched, and a record for each 64 MiB of heap
//   mheap_.pages      summaries and bitmaps of pages, reserved for the whole address space
//   mheap_.allspans, buckhash   arrays of pointers
#pragma once

#include "runtime/go_process.h"
#include "runtime/malloc_mapped.h"
#include "runtime/spans.h"

namespace seep::runtime {

// By address, neighbours joined. Reserved but untouched memory is in it.
AddressRanges FindMetadata(const GoProcess& process, const HeapSpans& spans);

}  // namespace seep::runtime

// What the C allocator of a process holds, from outside and without stopping it. glibc's arenas are walked;
// of other allocators the name is told.
#pragma once

#include <optional>
#include <string>

#include "model/memory.h"
#include "model/process_image.h"
#include "runtime/malloc_mapped.h"

namespace seep::runtime {

// `known`: address ranges that are nobody's C heap (the Go heap), which need no look. Nothing where no C code
// allocates: a Go program without cgo has no allocator.
std::optional<model::CHeap> ReadCHeap(const model::ProcessImage& image, const AddressRanges& known);

// The artifact "runtime/c_heap", which parse/c_heap reads.
std::string CHeapText(const model::CHeap& heap);

}  // namespace seep::runtime

// Blocks so large that glibc's malloc gave each a mapping of its own (malloc/malloc.c sysmalloc_mmap). Such a
// block begins with a chunk header whose size is whole pages and says "mapped"; the kernel joins neighbouring
// mappings, so that a mapping may hold many of them, and others' memory between them.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "model/process_image.h"

namespace seep::runtime {

using AddressRanges = std::vector<std::pair<uint64_t, uint64_t>>;  // {begin, end}, by address

struct MappedBlocks {
  uint64_t bytes = 0, blocks = 0;
  AddressRanges ranges;  // neighbours joined
};

// Looks through anonymous memory outside of `known` ranges.
MappedBlocks FindMappedBlocks(const model::ProcessImage& image, const AddressRanges& known);

}  // namespace seep::runtime

// What a sampling allocator would have counted without sampling.
#pragma once

#include <cstdint>

namespace seep::parse::pprof_legacy {

struct HeapCounts {
  int64_t objects = 0, bytes = 0;
};

// A block of size s is sampled with probability 1 - exp(-s/rate); of the blocks of one record only the
// average size is known. Nothing is changed where everything was recorded (a rate of 1 or less).
HeapCounts Unsample(HeapCounts sampled, int64_t rate);

}  // namespace seep::parse::pprof_legacy

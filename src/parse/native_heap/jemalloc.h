// The heap dumps of jemalloc 4 and later (prof_dump in its src/prof_data.c, 5.3; `jeprof` reads them):
//
//   heap_v2/524288                                 mean distance of samples, bytes
//     t*: 28106: 56637512 [0: 0]                   in use: objects: bytes [ever allocated, with prof_accum]
//     t3: 352: 16777344 [0: 0]                     the same thread by thread
//   @ 0x7f57ac4a2630 0x55dffe1831e7                a stack, return addresses, innermost first
//     t*: 13: 6688 [0: 0]
//     t3: 12: 6496 [0: 0]
//
//   MAPPED_LIBRARIES:
//   7f57ac400000-7f57ac5a0000 r-xp ...             /proc/PID/maps
//
// Counts are of sampled blocks, and corrected by whoever reads them: a block of size s is sampled with
// 1 - exp(-s/distance). jemalloc 3 and gperftools write "heap profile: ..." instead (parse/pprof_legacy).
#pragma once

#include <string_view>

#include "base/result.h"
#include "profile/profile.h"

namespace seep::parse {

bool IsJemallocHeap(std::string_view head);
// inuse_objects and inuse_space; with prof_accum alloc_objects and alloc_space before them. Not symbolised.
Result<profile::Profile> ReadJemallocHeap(std::string_view bytes);

}  // namespace seep::parse

// What the program sampled of its allocations (runtime/mprof.go), as the heap profile that runtime/pprof
// writes of it (protomem.go): the same stacks, scaled up by the same rule, and one sample for each site and
// size. Up to Go 1.27:
//
//   bucket    next, *allnext, u64 type 1 (memory), hash, size, u64 frames; then the program counters, return
//             addresses innermost first, inlined calls included; then the record
//   record    active, and three cycles to come: {u64 allocations, frees, bytes allocated, bytes freed}, the
//             bytes up to Go 1.26
//
// `active` is the state at the end of the last collection but one; where no collection has published anything
// yet, the cycles to come are taken too, as Go does.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "profile/profile.h"
#include "runtime/go_process.h"
#include "runtime/named_globals.h"

namespace seep::runtime {

struct HeapProfile {
  profile::Profile profile;  // alloc_objects, alloc_space, inuse_objects, inuse_space
  int64_t rate = 0;          // bytes between samples, on average
  bool rate_known = false;   // false: Go's default was assumed
  uint64_t sites = 0;
  uint64_t unreadable = 0;  // records that cannot be, or were changed each time they were read
  bool cut = false;         // the list goes on behind what could be read
};

// kNoEvidence: the program samples nothing; the error says whether the linker, the program or its youth is
// why.
Result<HeapProfile> ReadHeapProfile(const GoProcess& process, const NamedGlobals& globals);

}  // namespace seep::runtime

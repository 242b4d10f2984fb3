// Wire profile -> the fields of a snapshot. Which field is decided by the sample types, as Go names them:
//   goroutine/count                                  runtime/pprof writeGoroutine           -> goroutines
//   goroutineleak/count                              writeGoroutineLeak, Go 1.26            -> leaked
//   alloc_objects, alloc_space, inuse_*              writeHeapProto, protomem.go            -> heap
//   objects, space                                   two-column heaps of other writers      -> heap
//   threadcreate/count                               -> threads_created
//   contentions/count, delay/nanoseconds             block and mutex alike                  -> block or mutex
//   samples/count, cpu/nanoseconds                   -> cpu
#pragma once

#include <string>
#include <string_view>

#include "model/snapshot.h"
#include "model/stack_table.h"
#include "parse/pprof/wire.h"

namespace seep::parse::pprof {

// `name` is the artifact's, and only decides between block and mutex where the stacks do not.
Result<model::Snapshot> ToSnapshot(const Profile& profile, std::string_view name, model::StackTable& table);

// What became of it, as Go names the endpoint: "heap", "allocs", "goroutine", "mutex", ...
std::string KindName(const Profile& profile, const model::Snapshot& snapshot);

// Whether a contention stack is one of a mutex profile: those end where the lock is given back, those of a
// block profile where it is waited for.
bool IsUnlock(std::string_view innermost_function);

}  // namespace seep::parse::pprof

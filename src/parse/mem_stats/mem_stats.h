// runtime.MemStats under the names Go gives its fields (runtime/mstats.go), from whichever text carries them:
//
//   "# runtime.MemStats"                  at the end of heap?debug=1 (runtime/pprof writeHeapInternal, same
//   lines 1.5 .. 1.28):
//   "# Alloc = 3548000"
//   "# Stack = 360448 / 360448"           in use / from the system; also MSpan and MCache
//   "# LastGC = 1795287733206128130"      unix nanoseconds, 0 before the first
//
// and the "memstats" object of expvar, whose keys are the field names themselves.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/cursor.h"
#include "model/memory.h"

namespace seep::parse {

// Sets the field of that Go name ("HeapAlloc", "StackInuse"); false for names seep has no use for.
bool SetMemStat(std::string_view name, uint64_t value, model::MemStats& out);

// One line of the comment block; false for a line that is none of it.
bool ReadMemStatsLine(std::string_view line, model::MemStats& out);

}  // namespace seep::parse

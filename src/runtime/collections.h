// What the garbage collector has done (runtime/mstats.go, mgcpacer.go).
#pragma once

#include <cstdint>
#include <optional>

#include "base/time.h"
#include "runtime/go_process.h"
#include "runtime/named_globals.h"

namespace seep::runtime {

struct Collections {
  std::optional<uint64_t> count;   // memstats.numgc
  std::optional<Time> last;        // its end; nothing: there was none
  std::optional<uint64_t> marked;  // bytes that the last one found alive
  std::optional<uint64_t> limit;   // GOMEMLIMIT in bytes; nothing: none is set, or Go 1.18
};

Collections ReadCollections(const GoProcess& process, const NamedGlobals& globals);

}  // namespace seep::runtime

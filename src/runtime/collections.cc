#include "runtime/collections.h"

namespace seep::runtime {

Collections ReadCollections(const GoProcess& process, const NamedGlobals& globals) {
  Collections out;
  const Layout& layout = *process.layout;
  const auto field = [&](std::optional<uint64_t> base, int32_t offset) -> std::optional<uint64_t> {
    if (!base || offset < 0) return std::nullopt;
    return process.image->Value<uint64_t>(*base + static_cast<uint64_t>(offset));
  };
  // Go did not exist before 2009, and the last collection was not in the next century: else the address is
  // not that of memstats.
  constexpr uint64_t kEarliest = 1'200'000'000'000'000'000, kLatest = 4'102'444'800'000'000'000;
  const auto last = field(globals.memstats, layout.mstats_last_gc_unix);
  const auto count = field(globals.memstats, layout.mstats_numgc);
  const auto cycles = count ? std::optional(*count & 0xffffffff) : std::nullopt;  // a u32
  const bool never = last == std::optional<uint64_t>(0) && cycles == std::optional<uint64_t>(0);
  if (cycles && last && (never || (*last > kEarliest && *last < kLatest))) {
    out.count = cycles;
    if (!never) out.last = FromUnixNanos(static_cast<int64_t>(*last));
  }
  out.marked = field(globals.gc_controller, layout.gc_heap_marked);
  const auto limit = field(globals.gc_controller, layout.gc_memory_limit);
  if (limit && *limit != uint64_t{INT64_MAX}) out.limit = limit;
  return out;
}

}  // namespace seep::runtime

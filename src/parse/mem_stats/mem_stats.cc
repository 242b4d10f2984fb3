#include "parse/mem_stats/mem_stats.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace seep::parse {
namespace {

using model::MemStats;
using Field = std::pair<std::string_view, std::optional<uint64_t> MemStats::*>;

constexpr std::array kFields = std::to_array<Field>({
    {"Alloc", &MemStats::alloc},
    {"BuckHashSys", &MemStats::buck_hash_sys},
    {"Frees", &MemStats::frees},
    {"GCSys", &MemStats::gc_sys},
    {"HeapAlloc", &MemStats::heap_alloc},
    {"HeapIdle", &MemStats::heap_idle},
    {"HeapInuse", &MemStats::heap_inuse},
    {"HeapObjects", &MemStats::heap_objects},
    {"HeapReleased", &MemStats::heap_released},
    {"HeapSys", &MemStats::heap_sys},
    {"MCacheSys", &MemStats::mcache_sys},
    {"MSpanSys", &MemStats::mspan_sys},
    {"Mallocs", &MemStats::mallocs},
    {"NextGC", &MemStats::next_gc},
    {"NumGC", &MemStats::num_gc},
    {"OtherSys", &MemStats::other_sys},
    {"StackInuse", &MemStats::stack_inuse},
    {"StackSys", &MemStats::stack_sys},
    {"Sys", &MemStats::sys},
    {"TotalAlloc", &MemStats::total_alloc},
});
static_assert(std::ranges::is_sorted(kFields, {}, &Field::first));

}  // namespace

bool SetMemStat(std::string_view name, uint64_t value, MemStats& out) {
  if (name == "LastGC") {
    if (value != 0 && value <= INT64_MAX) out.last_gc_ns = static_cast<int64_t>(value);
    return true;
  }
  const auto it = std::ranges::lower_bound(kFields, name, {}, &Field::first);
  if (it == kFields.end() || it->first != name) return false;
  out.*(it->second) = value;
  return true;
}

bool ReadMemStatsLine(std::string_view line, MemStats& out) {
  Cursor in(line);
  if (!in.Skip('#')) return false;
  in.SkipSpaces();
  const std::string_view name = in.Word();
  in.SkipSpaces();
  if (!in.Skip('=')) return false;
  in.SkipSpaces();
  const auto value = in.Decimal();
  if (!value) return false;
  in.SkipSpaces();
  if (!in.Skip('/')) return SetMemStat(name, *value, out);
  in.SkipSpaces();
  const auto from_system = in.Decimal();
  if (!from_system) return false;
  if (name == "Stack")
    return SetMemStat("StackInuse", *value, out) && SetMemStat("StackSys", *from_system, out);
  if (name == "MSpan") return SetMemStat("MSpanSys", *from_system, out);
  if (name == "MCache") return SetMemStat("MCacheSys", *from_system, out);
  return false;
}

}  // namespace seep::parse

#include "parse/metrics/known_metrics.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "base/text.h"

namespace seep::parse {
namespace {

using model::MemStats;
using model::ProcStatus;

// A gauge of bytes or objects; nothing for what is no count (NaN, negative, beyond 2^63).
std::optional<uint64_t> Count(double value) {
  if (!(value >= 0) || value >= 9.2e18) return std::nullopt;
  return static_cast<uint64_t>(value);
}

template <class Struct>
struct Known {
  std::string_view name;
  std::optional<uint64_t> Struct::* member;
};

constexpr std::array kMemStats = std::to_array<Known<MemStats>>({
    {"go_gc_cycles_total_gc_cycles_total", &MemStats::num_gc},
    {"go_gc_gomemlimit_bytes", &MemStats::gc_limit},
    {"go_memstats_alloc_bytes", &MemStats::alloc},
    {"go_memstats_alloc_bytes_total", &MemStats::total_alloc},
    {"go_memstats_buck_hash_sys_bytes", &MemStats::buck_hash_sys},
    {"go_memstats_frees_total", &MemStats::frees},
    {"go_memstats_gc_sys_bytes", &MemStats::gc_sys},
    {"go_memstats_heap_alloc_bytes", &MemStats::heap_alloc},
    {"go_memstats_heap_idle_bytes", &MemStats::heap_idle},
    {"go_memstats_heap_inuse_bytes", &MemStats::heap_inuse},
    {"go_memstats_heap_objects", &MemStats::heap_objects},
    {"go_memstats_heap_released_bytes", &MemStats::heap_released},
    {"go_memstats_heap_sys_bytes", &MemStats::heap_sys},
    {"go_memstats_mallocs_total", &MemStats::mallocs},
    {"go_memstats_mcache_sys_bytes", &MemStats::mcache_sys},
    {"go_memstats_mspan_sys_bytes", &MemStats::mspan_sys},
    {"go_memstats_next_gc_bytes", &MemStats::next_gc},
    {"go_memstats_other_sys_bytes", &MemStats::other_sys},
    {"go_memstats_stack_inuse_bytes", &MemStats::stack_inuse},
    {"go_memstats_stack_sys_bytes", &MemStats::stack_sys},
    {"go_memstats_sys_bytes", &MemStats::sys},
});
static_assert(std::ranges::is_sorted(kMemStats, {}, &Known<MemStats>::name));

void TakeMemStat(const ExpositionLine& line, model::Snapshot& out) {
  const std::optional<uint64_t> value = Count(line.value);
  if (!value) return;
  if (line.name == "go_memstats_last_gc_time_seconds") {
    if (*value == 0 || line.value > 9.2e9) return;  // seconds since 1970; 0: no collection yet
    if (!out.mem_stats) out.mem_stats.emplace();
    out.mem_stats->last_gc_ns = static_cast<int64_t>(line.value * 1e9);
    return;
  }
  const auto it = std::ranges::lower_bound(kMemStats, line.name, {}, &Known<MemStats>::name);
  if (it == kMemStats.end() || it->name != line.name) return;
  if (!out.mem_stats) out.mem_stats.emplace();
  out.mem_stats.value().*(it->member) = value;
}

void TakeProcess(const ExpositionLine& line, model::Snapshot& out) {
  if (line.name == "process_start_time_seconds") {
    if (line.value > 0 && line.value < 9.2e9)
      out.process.started = FromUnixNanos(static_cast<int64_t>(line.value * 1e9));
    return;
  }
  const std::optional<uint64_t> value = Count(line.value);
  if (!value) return;
  if (line.name == "process_max_fds") {
    if (!out.limits) out.limits.emplace();
    out.limits->open_files = value;
  } else if (line.name == "process_resident_memory_bytes" || line.name == "process_virtual_memory_bytes") {
    if (!out.status) out.status.emplace();
    (line.name == "process_resident_memory_bytes" ? out.status->vm_rss : out.status->vm_size) = value;
  }
}

}  // namespace

void TakeKnownMetric(const ExpositionLine& line, model::Snapshot& out) {
  if (line.name.starts_with("go_memstats_") || line.name.starts_with("go_gc_"))
    TakeMemStat(line, out);
  else if (line.name.starts_with("process_"))
    TakeProcess(line, out);
  else if (line.name == "go_info")
    out.process.go_version = Printable(line.Label("version"));
}

}  // namespace seep::parse

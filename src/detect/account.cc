#include "detect/account.h"

#include <algorithm>
#include <string_view>

namespace seep::detect {
namespace {

constexpr uint64_t kGoArenaFirst = 0xc000000000;  // runtime/malloc.go arena hints on 64-bit
constexpr uint64_t kGoArenaLast = 0xc100000000;   // 4 GiB of hints: further ones are far away
constexpr uint64_t kMallocArena = uint64_t{64}
                                  << 20;  // glibc HEAP_MAX_SIZE: non-main arenas start aligned to it

std::optional<double> Number(const std::optional<uint64_t>& v) {
  return v ? std::optional(static_cast<double>(*v)) : std::nullopt;
}

// Arenas are mapped in one run: a Go arena chain may exceed the first 4 GiB, so the run is followed while it
// touches.
bool IsGoArena(const model::Mapping& m, std::string_view path) {
  if (path.starts_with("[anon: Go:")) return true;
  return path.empty() && m.writable && m.begin >= kGoArenaFirst &&
         m.begin < kGoArenaLast + (uint64_t{1} << 36);
}

// Where the runtime itself says that its heap is, as far as it has been asked: since Go 1.26 that may be
// anywhere.
bool IsInArena(const model::Mapping& m, const std::vector<std::pair<uint64_t, uint64_t>>& arenas) {
  return std::ranges::any_of(
      arenas, [&](const auto& arena) { return m.begin < arena.second && arena.first < m.end; });
}

bool IsMallocArena(const model::Mapping& m, std::string_view path) {
  if (path == "[heap]" || path.starts_with("[anon: glibc: malloc")) return true;
  return path.empty() && m.readable && m.writable && m.begin % kMallocArena == 0 &&
         m.end - m.begin <= kMallocArena;
}

void AddMappings(const model::Snapshot& s, const model::StackTable& stacks, MemoryView& view) {
  view.go_arenas = view.malloc_arenas = view.other_anon = 0;
  for (const model::Mapping& m : *s.smaps) {
    const std::string_view path = stacks.text(m.path);
    const auto anonymous = static_cast<double>(m.anonymous);
    if (IsGoArena(m, path) || IsInArena(m, s.go_arenas))
      *view.go_arenas += anonymous;
    else if (IsMallocArena(m, path))
      *view.malloc_arenas += anonymous;
    else if (path.empty() || path.starts_with("[anon"))
      *view.other_anon += anonymous;
  }
}

MemoryView View(const model::Snapshot& s, size_t index, const model::StackTable& stacks) {
  MemoryView view{.snapshot = index};
  if (s.status) {
    view.rss = Number(s.status->vm_rss);
    view.rss_anon = Number(s.status->rss_anon);
    view.rss_file = Number(s.status->rss_file);
    view.threads = Number(s.status->threads);
  }
  if (!view.rss && s.smaps_rollup) view.rss = Number(s.smaps_rollup->rss);
  if (!view.rss_anon && s.smaps_rollup) view.rss_anon = Number(s.smaps_rollup->anonymous);
  if (s.mem_stats) {
    const model::MemStats& m = *s.mem_stats;
    if (m.sys)
      view.go_mapped = static_cast<double>(*m.sys) - static_cast<double>(m.heap_released.value_or(0));
    view.go_heap_live = Number(m.heap_alloc ? m.heap_alloc : m.alloc);
    if (m.heap_idle && m.heap_released)
      view.go_heap_idle = static_cast<double>(*m.heap_idle) - static_cast<double>(*m.heap_released);
    view.go_stacks = Number(m.stack_inuse);
  }
  if (s.smaps) AddMappings(s, stacks, view);
  if (view.rss_anon && view.go_mapped)
    view.native = std::max(0.0, *view.rss_anon - *view.go_mapped);
  else if (view.rss_anon && view.go_arenas && *view.go_arenas > 0)
    view.native = std::max(0.0, *view.rss_anon - *view.go_arenas);
  return view;
}

void TakeLimit(Account& account, const std::optional<uint64_t>& bytes, std::string_view name) {
  // "max" and the 64-bit rounding of an absent v1 limit are no limits.
  if (!bytes || *bytes == 0 || *bytes > (uint64_t{1} << 60)) return;
  if (account.limit && *account.limit <= static_cast<double>(*bytes)) return;
  account.limit = static_cast<double>(*bytes);
  account.limit_name = name;
}

}  // namespace

Account GatherAccount(const model::Series& series, const model::StackTable& stacks) {
  Account account;
  for (size_t i = 0; i < series.snapshots.size(); ++i) {
    const model::Snapshot& s = series.snapshots[i];
    if (s.status || s.smaps_rollup || s.mem_stats || s.smaps) account.views.push_back(View(s, i, stacks));
    if (s.cgroup) {
      TakeLimit(account, s.cgroup->memory_max, "the cgroup's memory.max");
      TakeLimit(account, s.cgroup->memory_high, "the cgroup's memory.high");
    }
    if (s.mem_stats) TakeLimit(account, s.mem_stats->gc_limit, "GOMEMLIMIT");
  }
  return account;
}

}  // namespace seep::detect

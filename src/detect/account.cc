#include "detect/account.h"

#include <algorithm>
#include <initializer_list>
#include <string_view>

#include "detect/memory_account.h"

namespace seep::detect {
namespace {

std::optional<double> Number(const std::optional<uint64_t>& v) {
  return v ? std::optional(static_cast<double>(*v)) : std::nullopt;
}

double Sum(const model::MemoryAccount& account, std::initializer_list<model::MemoryPart> parts) {
  double sum = 0;
  for (const model::MemoryPart part : parts) sum += static_cast<double>(account.of(part));
  return sum;
}

void AddParts(const model::Snapshot& s, const model::StackTable& stacks, MemoryView& view) {
  using enum model::MemoryPart;
  view.parts = MakeMemoryAccount(s, stacks);
  view.go_arenas = Sum(*view.parts, {kGoObjects, kGoGaps, kGoIdle, kGoHeap, kGoStacks});
  view.malloc_arenas = Sum(*view.parts, {kCInUse, kCBlocks, kCFree, kCTop, kCHeap});
  view.other_anon = Sum(*view.parts, {kOther});
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
  if (s.smaps) AddParts(s, stacks, view);
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

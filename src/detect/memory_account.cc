#include "detect/memory_account.h"

#include <algorithm>
#include <map>
#include <span>
#include <string_view>

namespace seep::detect {
namespace {

using model::Mapping;
using model::MemoryAccount;
using model::MemoryPart;
using Ranges = std::vector<std::pair<uint64_t, uint64_t>>;

constexpr uint64_t kGoArenaFirst = 0xc000000000;  // runtime/malloc.go arena hints on 64-bit
constexpr uint64_t kGoArenaSpace = uint64_t{1} << 37;
constexpr uint64_t kMallocHeap = uint64_t{64} << 20;  // glibc HEAP_MAX_SIZE
constexpr size_t kNamed = 8;                          // files and others that are told apart

Ranges Sorted(Ranges ranges) {
  std::ranges::sort(ranges);
  return ranges;
}

// Bytes of the mapping that the ranges, sorted and apart, cover.
uint64_t Overlap(const Mapping& m, const Ranges& ranges) {
  auto at = std::ranges::upper_bound(ranges, m.begin, {}, &Ranges::value_type::first);
  if (at != ranges.begin()) --at;
  uint64_t bytes = 0;
  for (; at != ranges.end() && at->first < m.end; ++at)
    if (at->second > m.begin) bytes += std::min(at->second, m.end) - std::max(at->first, m.begin);
  return bytes;
}

bool IsShared(const Mapping& m, std::string_view path) {
  return path.starts_with("/dev/shm/") || path.starts_with("/memfd:") || path.starts_with("/SYSV") ||
         path.starts_with("/dev/zero") || (m.shared && path.starts_with("[anon_shmem"));
}

class Account {
 public:
  Account(const model::Snapshot& s, const model::StackTable& stacks)
      : s_(s), stacks_(stacks), go_arenas_(Sorted(s.go_arenas)), go_records_(Sorted(s.go_metadata)) {
    if (s.c_heap) {
      for (const model::CArena& arena : s.c_heap->arenas)
        arenas_.insert(arenas_.end(), arena.ranges.begin(), arena.ranges.end());
      std::ranges::sort(arenas_);
      blocks_ = Sorted(s.c_heap->mapped_ranges);
    }
    FindThreadStacks();
  }

  MemoryAccount Take() {
    for (size_t i = 0; i < s_.smaps->size(); ++i) Add(i);
    SplitGo();
    SplitC();
    for (const uint64_t part : out_.parts) out_.sum += part;
    out_.files = Largest(files_);
    out_.others = Largest(others_);
    Facts();
    return std::move(out_);
  }

 private:
  std::string_view PathOf(const Mapping& m) const { return stacks_.text(m.path); }
  bool IsAnonymous(const Mapping& m) const { return PathOf(m).empty() || PathOf(m).starts_with("[anon"); }
  const Mapping* Before(size_t i) const { return i > 0 ? &(*s_.smaps)[i - 1] : nullptr; }
  bool IsGuarded(size_t i) const {
    const Mapping* before = Before(i);
    return before != nullptr && before->end == (*s_.smaps)[i].begin && !before->readable &&
           IsAnonymous(*before);
  }

  // The mappings that threads' stack pointers are in; and those that are of the same size and as guarded as
  // one: of a thread that ran, or one that has ended and whose stack is kept for the next.
  void FindThreadStacks() {
    is_stack_.assign(s_.smaps->size(), false);
    std::vector<uint64_t> sizes;
    for (const model::Thread& thread : s_.threads.value_or(std::vector<model::Thread>{})) {
      if (!thread.stack_pointer) continue;
      const auto after = std::ranges::upper_bound(*s_.smaps, *thread.stack_pointer, {}, &Mapping::begin);
      if (after == s_.smaps->begin()) continue;
      const size_t i = static_cast<size_t>(after - s_.smaps->begin()) - 1;
      const Mapping& m = (*s_.smaps)[i];
      if (*thread.stack_pointer >= m.end || IsGo(m) || !m.writable || PathOf(m).starts_with('/')) continue;
      is_stack_[i] = true;
      if (IsGuarded(i)) sizes.push_back(m.end - m.begin);
    }
    for (size_t i = 0; i < is_stack_.size(); ++i) {
      const Mapping& m = (*s_.smaps)[i];
      if (m.writable && IsAnonymous(m) && IsGuarded(i) && !IsGo(m) &&
          std::ranges::find(sizes, m.end - m.begin) != sizes.end() && Overlap(m, arenas_) == 0)
        is_stack_[i] = true;
    }
  }

  bool IsGo(const Mapping& m) const {
    if (PathOf(m).starts_with("[anon: Go: heap")) return true;
    if (!go_arenas_.empty()) return Overlap(m, go_arenas_) > 0;
    return PathOf(m).empty() && m.begin >= kGoArenaFirst && m.begin < kGoArenaFirst + kGoArenaSpace;
  }
  bool LooksLikeMallocHeap(const Mapping& m) const {
    return m.readable && m.writable && m.begin % kMallocHeap == 0 && m.end - m.begin <= kMallocHeap;
  }
  // Behind the last page of a file's data lie the variables that begin as zero.
  bool IsBss(size_t i) const {
    const Mapping* before = Before(i);
    return before != nullptr && before->end == (*s_.smaps)[i].begin && PathOf(*before).starts_with('/') &&
           (before->writable || before->readable) && !before->shared;
  }

  void Give(MemoryPart part, uint64_t bytes) { out_.of(part) += bytes; }

  void Add(size_t i) {
    const Mapping& m = (*s_.smaps)[i];
    const std::string_view path = PathOf(m);
    if (m.rss == 0) return;
    if (path.starts_with('/')) {
      if (path.find("seep-native") != path.npos) return Give(MemoryPart::kSampler, m.rss);
      if (IsShared(m, path)) return Give(MemoryPart::kShared, m.rss);
      const uint64_t written = std::min(m.rss, m.anonymous);
      Give(MemoryPart::kData, written);
      Give(MemoryPart::kFiles, m.rss - written);
      files_[std::string(path)] += m.rss - written;
      return;
    }
    if (is_stack_[i] || path.starts_with("[stack") || path.starts_with("[anon: glibc: pthread stack"))
      return Give(MemoryPart::kThreadStacks, m.rss);
    if (path == "[vdso]" || path == "[vvar]" || path == "[vsyscall]") return Give(MemoryPart::kFiles, m.rss);
    if (IsGo(m)) return Give(MemoryPart::kGoHeap, m.rss);
    if (path.starts_with("[anon: Go:")) return Give(MemoryPart::kGoRecords, m.rss);
    if (m.shared || IsShared(m, path)) return Give(MemoryPart::kShared, m.rss);
    AddAnonymous(i, m, path);
  }

  void AddAnonymous(size_t i, const Mapping& m, std::string_view path) {
    uint64_t rest = m.rss;
    const auto take = [&](MemoryPart part, uint64_t most) {
      const uint64_t bytes = std::min(rest, most);
      Give(part, bytes);
      rest -= bytes;
    };
    if (IsBss(i)) return Give(MemoryPart::kData, rest);
    take(MemoryPart::kCHeap, Overlap(m, arenas_));
    take(MemoryPart::kCBlocks, Overlap(m, blocks_));
    take(MemoryPart::kGoRecords, Overlap(m, go_records_));
    if (rest == 0) return;
    if (path == "[heap]" || path.starts_with("[anon: glibc: malloc") ||
        (!s_.c_heap && LooksLikeMallocHeap(m)))
      return Give(MemoryPart::kCHeap, rest);
    // Another allocator's mappings carry no mark.
    if (s_.c_heap && !s_.c_heap->walked && IsAnonymous(m)) return Give(MemoryPart::kCHeap, rest);
    Give(MemoryPart::kOther, rest);
    others_[path.empty() ? "without a name" : std::string(path)] += rest;
  }

  // Takes out of `whole` what somebody counted, as far as it is resident.
  void Split(MemoryPart whole, MemoryPart part, std::optional<uint64_t> counted) {
    const uint64_t bytes = std::min(out_.of(whole), counted.value_or(0));
    out_.of(whole) -= bytes;
    out_.of(part) += bytes;
  }

  void SplitGo() {
    if (!s_.mem_stats) return;
    const model::MemStats& m = *s_.mem_stats;
    Split(MemoryPart::kGoHeap, MemoryPart::kGoStacks, m.stack_inuse);
    if (!m.heap_alloc || !m.heap_inuse) return;
    Split(MemoryPart::kGoHeap, MemoryPart::kGoObjects, m.heap_alloc);
    Split(MemoryPart::kGoHeap, MemoryPart::kGoGaps, *m.heap_inuse - std::min(*m.heap_inuse, *m.heap_alloc));
    Split(MemoryPart::kGoHeap, MemoryPart::kGoIdle, UINT64_MAX);
  }

  void SplitC() {
    if (!s_.c_heap) return;
    const model::CHeap& heap = *s_.c_heap;
    out_.allocator = heap.allocator;
    out_.walked = heap.walked;
    out_.arenas = heap.arenas.size();
    out_.blocks = heap.mapped_chunks;
    out_.c_unread = heap.unread;
    out_.sizes = heap.sizes;
    for (const model::CArena& arena : heap.arenas) {
      out_.c_in_use += arena.in_use;
      out_.c_free += arena.free;
      out_.c_top += arena.top;
      out_.chunks += arena.in_use_chunks;
      out_.free_chunks += arena.free_chunks;
    }
    if (!heap.walked) return;
    Split(MemoryPart::kCHeap, MemoryPart::kCInUse, out_.c_in_use);
    Split(MemoryPart::kCHeap, MemoryPart::kCFree, out_.c_free);
    Split(MemoryPart::kCHeap, MemoryPart::kCTop, heap.unread > 0 ? out_.c_top : UINT64_MAX);
  }

  static std::vector<std::pair<std::string, uint64_t>> Largest(const std::map<std::string, uint64_t>& all) {
    std::vector<std::pair<std::string, uint64_t>> sorted(all.begin(), all.end());
    std::ranges::stable_sort(sorted, std::ranges::greater{}, &std::pair<std::string, uint64_t>::second);
    if (sorted.size() > kNamed) sorted.resize(kNamed);
    return sorted;
  }

  void Facts() {
    out_.at = s_.at;
    uint64_t swap = 0, huge = 0, lazy = 0;
    for (const Mapping& m : *s_.smaps) {
      swap += m.swap;
      huge += m.anon_huge_pages;
      lazy += m.lazy_free;
    }
    out_.swap = swap;
    out_.huge_pages = huge;
    out_.lazy_free = lazy;
    if (s_.status) {
      out_.rss = s_.status->vm_rss;
      out_.virtual_size = s_.status->vm_size;
      out_.threads = s_.status->threads;
    }
    if (!out_.rss && s_.smaps_rollup) out_.rss = s_.smaps_rollup->rss;
    if (s_.mem_stats) out_.go_limit = s_.mem_stats->gc_limit;
    if (s_.cgroup) CgroupFacts(*s_.cgroup);
  }

  void CgroupFacts(const model::Cgroup& cgroup) {
    out_.cgroup_current = cgroup.memory_current;
    out_.cgroup_limit = cgroup.memory_max ? cgroup.memory_max : cgroup.memory_high;
    for (const auto& [key, value] : cgroup.memory_stat) {
      if (key == "file" || (key == "cache" && !out_.cgroup_files)) out_.cgroup_files = value;
      if (key == "kernel") out_.cgroup_kernel = value;
      if (key == "inactive_file" || key == "total_inactive_file") out_.cgroup_inactive_files = value;
    }
  }

  const model::Snapshot& s_;
  const model::StackTable& stacks_;
  Ranges go_arenas_, go_records_, arenas_, blocks_;
  std::vector<bool> is_stack_;
  std::map<std::string, uint64_t> files_, others_;
  MemoryAccount out_;
};

}  // namespace

std::optional<MemoryAccount> MakeMemoryAccount(const model::Snapshot& s, const model::StackTable& stacks) {
  if (!s.smaps) return std::nullopt;
  return Account(s, stacks).Take();
}

}  // namespace seep::detect

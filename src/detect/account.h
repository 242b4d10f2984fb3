// Where the resident memory is, as far as pprof, MemStats and /proc tell from outside, over time.
//
//   RSS     = RssAnon + RssFile + RssShmem                                   (/proc/PID/status)
//   Go      <= Sys - HeapReleased: an upper bound, never an equality, because Sys counts mapped and never
//   touched pages too;
//              with smaps, the resident bytes of the Go arenas are exact
//   native  = RssAnon - Go, at least
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "detect/timeline.h"
#include "model/snapshot.h"

namespace seep::detect {

struct MemoryView {
  size_t snapshot = 0;
  std::optional<double> rss, rss_anon, rss_file;
  std::optional<double> go_mapped;     // Sys - HeapReleased
  std::optional<double> go_heap_live;  // HeapAlloc, else the heap profile's total
  std::optional<double> go_heap_idle;  // HeapIdle - HeapReleased: kept from the OS without use
  std::optional<double> go_stacks;
  std::optional<double> threads;
  // From smaps, by what the mapping is (mappings are told apart by address and name only).
  std::optional<double> go_arenas;      // resident, in 0xc000000000.. or named "[anon: Go: heap]"
  std::optional<double> malloc_arenas;  // "[heap]" and 64 MiB-aligned anonymous arenas
  std::optional<double> other_anon;
  // At least this much lives outside what Go owns.
  std::optional<double> native;
};

struct Account {
  std::vector<MemoryView> views;  // snapshots that say anything about memory
  std::optional<double> limit;    // the nearest of cgroup memory.max/high and GOMEMLIMIT
  std::string limit_name;
};
Account GatherAccount(const model::Series& series, const model::StackTable& stacks);

}  // namespace seep::detect

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
#include "model/account.h"
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
  // With smaps: what each mapping is; and of that, resident: all that is Go's heap and stacks, all that is
  // malloc's, and what is in nobody's name.
  std::optional<model::MemoryAccount> parts;
  std::optional<double> go_arenas, malloc_arenas, other_anon;
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

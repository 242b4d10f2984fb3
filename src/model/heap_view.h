// The heap of a Go process as it was read out of its memory: what `seep heap` shows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "model/snapshot.h"

namespace seep::model {

// Objects of one size. object_bytes 0: large ones, each with pages of its own.
struct HeapSizeClass {
  uint64_t object_bytes = 0;
  bool has_pointers = false;
  uint64_t objects = 0, live_bytes = 0, held_bytes = 0;
};

struct HeapCall {
  std::string function, file;
  int64_t line = 0;
  bool operator==(const HeapCall&) const = default;
};

// An allocating stack, innermost call first; counts are scaled up from samples.
struct HeapSite {
  std::vector<HeapCall> stack;
  int64_t objects = 0, bytes = 0;              // in use
  int64_t total_objects = 0, total_bytes = 0;  // allocated since the beginning
};

struct HeapView {
  Process process;
  // Counted, not sampled; empty where the spans could not be read.
  struct Totals {
    uint64_t objects = 0, live_bytes = 0;  // not yet freed: MemStats.HeapAlloc
    uint64_t held_bytes = 0;               // of their pages: MemStats.HeapInuse
    uint64_t stack_bytes = 0;              // MemStats.StackInuse
    std::vector<HeapSizeClass> classes;    // by live_bytes, largest first
  };
  std::optional<Totals> totals;
  std::optional<uint64_t> collections;  // of garbage
  std::optional<Time> last_collection;
  std::optional<uint64_t> memory_limit;  // GOMEMLIMIT, bytes
  // Sampled; empty where the program samples nothing.
  std::optional<int64_t> rate;  // bytes between samples
  std::vector<HeapSite> sites;  // by bytes in use, largest first
  std::vector<Gap> gaps;
};

}  // namespace seep::model

// The stacks of a profile as a tree of calls, for flame graphs: made from the samples as the filters left
// them, before anything is summed up to a graph.
//
// Every sample type is in it at once, so that a page can go from one to another. A value above 0 counts to
// `now`, one below to `base`: where a base was subtracted both sides are there, whole if its samples bear
// labels of their own
// (-diff_base), and only what differs if they were merged into the others.
//
// A tree of more than `max_nodes` calls loses its lightest ones (by the largest share that a call has of any
// sample type, with all that it calls): below each caller they become one node kLighter, which holds their
// sum. So it stays a tree, its sums stay exact, and memory is bounded by what is kept.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "pprof/prepared.h"

namespace seep::pprof {

struct StackFrame {
  std::string name;  // as a person reads it: "main.work", "main.work:12" with lines
  std::string file;  // empty where the granularity leaves it out
};

// Of every frame: its own sum, and that of it and all it calls, counted once a stack.
struct FrameSums {
  std::vector<uint64_t> flat, cum;
};

struct StackColumn {
  std::string type, unit;
  uint64_t now_total = 0, base_total = 0;
  std::vector<uint64_t> now, base;  // by node, without what it calls; `base` is empty where there is none
  // By frame, of all calls: only where some were left out; otherwise they follow from the nodes.
  FrameSums now_sums, base_sums;
};

struct StackTree {
  static constexpr uint32_t kRoot = 0, kLighter = 1;  // frames that are none

  std::vector<StackFrame> frames;  // [kRoot], [kLighter], then those of the profile
  // Nodes, callers before what they call; [0] is the root.
  std::vector<uint32_t> frame;
  std::vector<uint32_t> depth;       // the root has 0
  std::vector<uint8_t> inlined;      // 1: every such call was
  std::vector<StackColumn> columns;  // by sample type; one alone for means
  size_t column = 0;                 // the chosen one
  uint64_t left_out = 0;             // calls that are in nodes kLighter

  size_t size() const { return frame.size(); }
};

inline constexpr size_t kMaxStackNodes = 100'000;

// Takes the stacks out of the profile.
StackTree MakeStackTree(Prepared& prepared, size_t max_nodes = kMaxStackNodes);

}  // namespace seep::pprof

// Goroutines gathered for people to look at: what `seep goroutines` shows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/goroutine.h"
#include "model/snapshot.h"

namespace seep::model {

enum class GroupBy : uint8_t { kStack, kState, kCreator, kLabels };

// Goroutines that are alike in what they are grouped by. Fields they may differ in are those of the first.
struct ListedGroup {
  uint64_t count = 0;
  StackId stack;
  FrameId creator;
  StringId state, labels;
  std::vector<uint64_t> goids;  // the first few, ascending
  // Of those that say so: how long the runtime has seen them blocked, a lower bound late by a GC cycle.
  std::optional<int32_t> fewest_minutes, most_minutes;
  // Seconds since they were first seen where they still stand, of those that have not moved since the first
  // look; there have been several.
  uint64_t still = 0;
  double still_seconds = 0;
};

// Of goroutines that were read from outside: how many are not there, or not whole.
struct GoroutinesMissed {
  uint64_t seen = 0;
  uint64_t moved = 0;       // ran each time they were looked at
  uint64_t unreadable = 0;  // memory not there
  uint64_t cut = 0;         // stacks that could not be followed to their beginning
};
std::vector<Gap> GapsOf(const GoroutinesMissed& missed);

struct GoroutineList {
  Process process;
  GroupBy by = GroupBy::kStack;
  uint64_t total = 0;               // of the process
  uint64_t listed = 0;              // that pass the filters
  std::vector<ListedGroup> groups;  // largest first
  std::vector<Gap> gaps;
};

}  // namespace seep::model

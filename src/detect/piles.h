// Goroutines gathered into piles: goroutines with the same reason to exist, followed from snapshot to
// snapshot.
//
// A group is one (stack, creator, wait). A pile is every group of one catalogue pattern that stands on the
// same line of user code; groups no pattern knows become piles by that line alone. goids are unique and grow,
// so two dumps tell exactly who was born, who died and who stayed; counts alone tell only the net.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "detect/frames.h"
#include "detect/matcher.h"
#include "detect/timeline.h"
#include "model/snapshot.h"

namespace seep::detect {

// Between the first and the last dump. Workers that only change their stack are `entered`/`left`, never born
// or died.
struct Lives {
  uint64_t born = 0;     // not in the first dump at all, in the pile at the last
  uint64_t died = 0;     // in the pile at the first, gone at the last
  uint64_t entered = 0;  // existed before, elsewhere
  uint64_t left = 0;     // still exists, elsewhere
  uint64_t stayed = 0;   // in the pile both times
};

struct Pile {
  const model::Pattern* pattern = nullptr;  // null: nothing in the catalogue
  model::FrameId site;     // the user's line: innermost user frame, else the creator if it is the user's
  model::FrameId creator;  // of most of its goroutines
  model::Wait wait = model::Wait::kUnknown;                 // of most of its goroutines
  std::vector<uint64_t> counts;                             // by Piles::snapshots
  std::vector<std::pair<model::StackId, uint64_t>> stacks;  // newest snapshot, largest first
  std::optional<Lives> lives;                               // with two dumps
  // With three and more: the same from each dump to the next, summed. It alone knows of those who came after
  // the first dump and were gone before the last.
  std::optional<Lives> steps;
  std::vector<std::pair<int32_t, uint64_t>> minutes;  // newest dump: (minutes printed, goroutines), ascending
  uint64_t leaked = 0;  // marked (leaked) by the runtime in the newest dump or leak profile
  uint64_t locked = 0;  // newest dump: locked to a thread
  uint64_t lowest_goid = 0, highest_goid = 0;  // newest dump
  StringId labels;                             // of most of its goroutines, if any carry labels

  uint64_t newest() const { return counts.empty() ? 0 : counts.back(); }
  uint64_t first() const { return counts.empty() ? 0 : counts.front(); }
};

struct Piles {
  std::vector<size_t> snapshots;  // indices of the snapshots that carry goroutines
  bool dumps = false;             // every one of them is a goroutine-by-goroutine dump
  std::vector<uint64_t> totals;   // by `snapshots`
  std::vector<Pile> piles;        // largest first
  // How often each kEvidence pattern was met, by `snapshots`.
  std::vector<std::pair<const model::Pattern*, std::vector<uint64_t>>> evidence;
  size_t groups = 0;  // distinct stacks in the newest snapshot

  // All piles of a pattern id; and their summed counts (piles and evidence alike), zeros if there are none.
  std::vector<const Pile*> Of(std::string_view pattern_id) const;
  std::vector<uint64_t> Counts(std::string_view pattern_id) const;
};

Piles GatherPiles(const model::Series& series, const Frames& frames, const Matcher& matcher);

}  // namespace seep::detect

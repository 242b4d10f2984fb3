// What `seep compare BEFORE AFTER` says: did the fix work?
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/finding.h"

namespace seep::model {

enum class Outcome : uint8_t {
  kFixed,     // was there, is not there, and would have been seen
  kImproved,  // still there, and smaller or slower by more than noise
  kUnchanged,
  kWorse,       // larger, faster or new
  kCannotTell,  // the evidence of one side would not have shown it; the reason says which
};
constexpr std::string_view Name(Outcome outcome) {
  constexpr std::string_view kNames[] = {"fixed", "improved", "unchanged", "worse", "cannot tell"};
  return kNames[static_cast<size_t>(outcome)];
}

// One finding id at one place, before and after. `before` empty: new; `after` empty: gone.
struct FindingChange {
  struct Side {
    Verdict verdict = Verdict::kWatch;
    Confidence confidence = Confidence::kPossible;
    Impact impact;  // counts and rates per hour
  };
  std::string id;
  std::string title;
  std::optional<Location> where;  // the best one, of the newer side that has one
  std::optional<Side> before, after;
  Outcome outcome = Outcome::kCannotTell;
  std::string reason;  // "27,690 goroutines are gone; the same traffic: 231 calls/s before, 228 after"
};

// A side is a report of one target: who it was, when it was taken, what was looked at.
struct Comparison {
  TargetReport before, after;  // Looked holds the totals of the newest snapshot
  Outcome outcome = Outcome::kCannotTell;
  std::string reason;
  std::vector<FindingChange> changes;
  std::vector<Gap> gaps;  // what would let it tell
};

}  // namespace seep::model

// Every pile the catalogue knows and no detector of its own speaks for; and, as `goroutine-growth`, piles
// that fit nothing.
//
// Fires on what detect/judge.cc decides from births, deaths and counts. Quiet for housekeeping, companions,
// constant pools, piles that turn over, and piles whose finding id has its own detector: adding one takes its
// patterns over.
#include <algorithm>

#include "detect/detector.h"
#include "detect/pile_finding.h"

namespace seep::detect {
namespace {

using model::Pattern;

bool HasItsOwnDetector(const std::string& finding) {
  return std::ranges::any_of(AllDetectors(), [&](const Detector* d) { return d->id == finding; });
}

bool IsJudgedHere(const Pile& pile) {
  if (pile.pattern == nullptr) return true;
  return pile.pattern->role == Pattern::Role::kPile && !pile.pattern->finding.empty() &&
         !HasItsOwnDetector(pile.pattern->finding);
}

void Run(const Analysis& a, Sink& sink) {
  for (const Pile& pile : a.piles.piles) {
    if (!IsJudgedHere(pile)) continue;
    if (pile.pattern != nullptr) {
      if (auto finding = JudgedFinding(a, pile)) sink.Report(std::move(*finding));
      continue;
    }
    const Growth growth = MeasureGrowth(pile, a.piles, a.timeline);
    const auto judgement = JudgePile(a, pile, growth);
    // Nothing is known of such a pile: without a line of somebody's code to point at there is nothing to say
    // either.
    if (!judgement || (!pile.site && judgement->verdict != model::Verdict::kLeak)) continue;
    sink.Report(PileFinding(a, "goroutine-growth", pile, growth, *judgement));
  }
}

}  // namespace

extern const Detector detector_goroutine_growth;
constinit const Detector detector_goroutine_growth = {"goroutine-growth", Need::kGoroutines, &Run};

}  // namespace seep::detect

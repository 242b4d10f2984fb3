// Every pile the catalogue knows and no detector of its own speaks for; and, as `goroutine-growth`, piles that fit nothing.
//
// Fires on what detect/judge.cc decides from births, deaths and counts. Quiet for housekeeping, companions, constant pools,
// piles that turn over, and piles whose finding id has its own detector: adding one takes its patterns over.
#include <algorithm>

#include "base/text.h"
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

// The owner objects of a library client name the user's line that its goroutines do not.
void AddOwnerPlaces(const Analysis& a, const Pile& pile, model::Finding& f) {
  const double per_object = pile.pattern->per_object > 0 ? pile.pattern->per_object : 1;
  const auto objects = static_cast<uint64_t>(static_cast<double>(pile.newest()) / per_object + 0.5);
  const auto owners = FindOwners(a.heaps, f.id, a.knowledge, a.frames, a.matcher, a.HeapWindow());
  if (AddOwners(a, owners, objects, f) > 0 && f.confidence == model::Confidence::kLikely &&
      f.verdict == model::Verdict::kLeak) {
    // Independent evidence agrees: as many owner objects are alive as goroutines say.
    f.confidence = model::Confidence::kStrong;
    f.lift.clear();
  }
}

void Run(const Analysis& a, Sink& sink) {
  for (const Pile& pile : a.piles.piles) {
    if (!IsJudgedHere(pile)) continue;
    const Growth growth = MeasureGrowth(pile, a.piles, a.timeline);
    const auto judgement = JudgePile(a, pile, growth);
    if (!judgement) continue;
    if (pile.pattern == nullptr) {
      // Nothing is known of such a pile: without a line of somebody's code to point at there is nothing to say either.
      if (!pile.site && judgement->verdict != model::Verdict::kLeak) continue;
      sink.Report(PileFinding(a, "goroutine-growth", pile, growth, *judgement));
      continue;
    }
    model::Finding finding = PileFinding(a, pile.pattern->finding, pile, growth, *judgement);
    AddOwnerPlaces(a, pile, finding);
    sink.Report(std::move(finding));
  }
}

}  // namespace

extern const Detector detector_goroutine_growth;
constinit const Detector detector_goroutine_growth = {"goroutine-growth", Need::kGoroutines, &Run};

}  // namespace seep::detect

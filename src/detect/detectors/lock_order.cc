// Locks taken in opposite orders: two goroutines wait for each other for ever.
//
// Fires when waiters wait crosswise, each for a lock in the object the other works on, by the addresses in a
// dump. Quiet without argument words, and for plain piles behind one lock.
#include <fmt/format.h>

#include "base/text.h"
#include "detect/detector.h"
#include "detect/locks.h"
#include "detect/pile_finding.h"

namespace seep::detect {
namespace {

void Run(const Analysis& a, Sink& sink) {
  const Locks locks = GatherLocks(a);
  if (locks.crossed < 2) return;
  const Pile* largest = nullptr;
  for (const Pile& pile : a.piles.piles) {
    const bool waits = pile.pattern != nullptr && pile.pattern->finding == "mutex-pileup";
    if (waits && (largest == nullptr || pile.newest() > largest->newest())) largest = &pile;
  }
  if (largest == nullptr || locks.crossed * 2 <= locks.waiters) return;
  const Growth growth = MeasureGrowth(*largest, a.piles, a.timeline);
  Judgement j{.verdict = model::Verdict::kFault, .confidence = model::Confidence::kStrong};
  if (growth.trend == Trend::kGrowing && (!largest->lives || growth.nobody_leaves)) {
    j.verdict = model::Verdict::kLeak;
    j.shape = model::Shape::kUnbounded;
  }
  j.why = DescribeLives(*largest, growth, "goroutines");
  model::Finding f = PileFinding(a, "lock-order", *largest, growth, j);
  f.title.clear();
  f.cause.clear();
  f.excludes.clear();
  f.fix.clear();
  f.size = fmt::format("{} of {} waiters wait for each other, two and two.", FormatCount(locks.crossed),
                       FormatCount(locks.waiters));
  sink.Report(std::move(f));
}

}  // namespace

extern const Detector detector_lock_order;
constinit const Detector detector_lock_order = {"lock-order", Need::kGoroutines, &Run};

}  // namespace seep::detect

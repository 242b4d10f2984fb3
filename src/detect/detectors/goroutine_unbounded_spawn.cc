// Work started faster than it is done: a goroutine per row, message or tick, without a limit.
//
// Fires on one go statement whose goroutines do finish, but more slowly than new ones come: the number keeps
// climbing. Two snapshots cannot tell it from a burst and make a `watch`; four that climb without a step back
// a `leak`, unless nobody was met twice in them: that is a `watch`, for rising load looks the same. Quiet for
// a level, for a burst that drains, and for goroutines that never finish at all: what blocks them is another
// fault.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text.h"
#include "base/time.h"
#include "detect/detector.h"
#include "detect/pile_finding.h"

namespace seep::detect {
namespace {

constexpr size_t kTrendPoints = 4;

void Add(const Lives& more, Lives& sum) {
  sum.born += more.born;
  sum.died += more.died;
  sum.entered += more.entered;
  sum.left += more.left;
  sum.stayed += more.stayed;
}

// Moves between the piles of one statement are no events: whoever entered one had left another.
void ForgetMoves(Lives& lives) {
  lives.stayed += lives.entered;
  lives.entered = lives.left = 0;
}

// All goroutines of one go statement, whatever they are doing at the moment.
std::map<model::FrameId, Pile> ByGoStatement(const Analysis& a) {
  std::map<model::FrameId, Pile> statements;
  for (const Pile& pile : a.piles.piles) {
    if (!pile.creator || !a.frames.IsUser(pile.creator) || !pile.lives) continue;
    Pile& sum = statements[pile.creator];
    if (sum.counts.empty()) {
      sum = pile;
      continue;
    }
    for (size_t i = 0; i < sum.counts.size(); ++i) sum.counts[i] += pile.counts[i];
    Add(*pile.lives, *sum.lives);
    if (sum.steps && pile.steps) Add(*pile.steps, *sum.steps);
    sum.stacks.insert(sum.stacks.end(), pile.stacks.begin(), pile.stacks.end());
  }
  for (auto& [creator, pile] : statements) {
    ForgetMoves(*pile.lives);
    if (pile.steps) ForgetMoves(*pile.steps);
  }
  return statements;
}

void Run(const Analysis& a, Sink& sink) {
  for (auto& [creator, pile] : ByGoStatement(a)) {
    const Lives& l = *pile.lives;
    const Growth growth = MeasureGrowth(pile, a.piles, a.timeline);
    const bool works =
        l.died >= 5 || pile.wait == model::Wait::kRunnable || pile.wait == model::Wait::kRunning;
    if (growth.trend != Trend::kGrowing || !works || l.born < 20) continue;
    // Deaths seen are only of those there at first; in a long window many were born and finished unseen, so
    // net decides too.
    if (l.died > 2 * l.born / 3 || growth.net < std::max(20.0, 0.2 * static_cast<double>(pile.first())))
      continue;
    const bool steady = pile.counts.size() >= kTrendPoints;
    Judgement j{.verdict = steady ? model::Verdict::kLeak : model::Verdict::kWatch,
                .confidence = steady ? model::Confidence::kStrong : model::Confidence::kLikely,
                .shape = steady ? model::Shape::kUnbounded : model::Shape::kUnknown};
    j.why = DescribeLives(pile, growth, "goroutines");
    if (!steady) j.lift = "more snapshots: seep diagnose --samples 5; a burst drains, this does not";
    if (EverybodyGetsThrough(pile)) {
      j.verdict = model::Verdict::kWatch;
      j.confidence = model::Confidence::kPossible;
      j.shape = model::Shape::kUnknown;
      j.why += " Each was gone by the next snapshot: more is asked for, or each takes longer.";
      j.lift = "the rate of requests over the same time: where it rose as much, this is load";
    }
    model::Finding f = PileFinding(a, "goroutine-unbounded-spawn", pile, growth, j);
    f.library.clear();
    f.title.clear();
    f.cause.clear();
    f.excludes.clear();
    f.fix.clear();
    f.where.clear();
    f.where.push_back(a.At(model::Role::kCulprit, creator, "this go statement starts them, without a limit"));
    if (pile.site && pile.site != creator)
      f.where.push_back(a.At(model::Role::kBlocked, pile.site,
                             fmt::format("most stand here, in {}", model::WaitName(pile.wait))));
    f.impact.goroutines = pile.newest();
    if (growth.seconds > 0) {
      f.size = fmt::format("{} started and {} finished in {}: {} alive, {:+.0f}.", FormatCount(l.born),
                           FormatCount(l.died), FormatDuration(FromSeconds(growth.seconds)),
                           FormatCount(pile.newest()), growth.net);
    }
    sink.Report(std::move(f));
  }
}

}  // namespace

extern const Detector detector_goroutine_unbounded_spawn;
constinit const Detector detector_goroutine_unbounded_spawn = {"goroutine-unbounded-spawn", Need::kGoroutines,
                                                               &Run};

}  // namespace seep::detect

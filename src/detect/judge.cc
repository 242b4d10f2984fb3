#include "detect/judge.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/text.h"
#include "base/time.h"

namespace seep::detect {
namespace {

using model::Confidence;
using model::Pattern;
using model::Shape;
using model::Verdict;

constexpr uint64_t kWorthAWord = 10;  // fewer goroutines than this are nobody's incident
constexpr uint64_t kAlone = 100;      // a single snapshot must show at least this many of a known leak shape
constexpr int kSpecific = 60;         // Pattern::priority from which the catalogue knows the exact place
constexpr size_t kTrendPoints = 4;    // snapshots from which a trend speaks for itself

bool Specific(const Pile& pile) {
  return pile.pattern != nullptr && pile.pattern->priority >= kSpecific;
}

bool Growing(const Growth& g) {
  return g.trend == Trend::kGrowing;
}

// Lives between the first dump and the last count the many who came and went in between not at all: under
// rising load there would be next to no deaths, however short each life is. Those who stood in one dump and
// in the next as well are the ones that wait.
bool MostOutliveAStep(const Pile& pile) {
  return !pile.steps || pile.steps->died + pile.steps->left <= pile.steps->stayed;
}

Judgement Make(Verdict verdict, Confidence confidence, Shape shape, std::string why, std::string lift = {}) {
  return {verdict, confidence, shape, std::nullopt, std::move(why), std::move(lift)};
}

constexpr const char* kLiftMore =
    "more snapshots over a longer time: seep diagnose --samples 5 --interval 60s";
constexpr const char* kLiftDump =
    "two goroutine?debug=2 dumps: they show who came and who stayed, not only how many there are";

// One snapshot: never a leak, unless the shape itself is the defect.
std::optional<Judgement> JudgeAlone(const Pile& pile) {
  if (pile.newest() < kAlone) return std::nullopt;
  uint64_t old = 0;
  for (const auto& [minutes, count] : pile.minutes) old += count;
  // Waits of many lengths side by side: they keep coming, and the old ones are still there.
  const bool many_ages = pile.minutes.size() >= 5 || (pile.minutes.size() >= 3 && old < pile.newest());
  if (many_ages) {
    return Make(
        Verdict::kWatch, Confidence::kLikely, Shape::kUnknown,
        fmt::format("They have waited between {} and {} minutes: they keep coming, and the old ones stay.",
                    old < pile.newest() ? 0 : pile.minutes.front().first, pile.minutes.back().first),
        "a second snapshot: it shows whether any of them ever leaves");
  }
  if (!Specific(pile) && pile.newest() < 10 * kAlone) return std::nullopt;
  return Make(Verdict::kWatch, Confidence::kPossible, Shape::kUnknown, "One snapshot cannot show growth.",
              "a second snapshot some minutes later");
}

// Lives until the program's own code ends it.
std::optional<Judgement> JudgeCode(const Analysis& a, const Pile& pile, const Growth& g) {
  if (!Growing(g)) return std::nullopt;
  const std::string lives = DescribeLives(pile, g, "goroutines");
  if (g.nobody_leaves && g.somebody_comes) {
    if (a.AcceptedGrowth() >= 0.5 * g.net) {
      return Make(Verdict::kWatch, Confidence::kLikely, Shape::kUnknown,
                  lives + " But as many clients connected in the same time: each may own one.", kLiftMore);
    }
    return Make(Verdict::kLeak, Confidence::kStrong, Shape::kUnbounded, lives);
  }
  const bool many_points = pile.counts.size() >= kTrendPoints;
  if (!pile.lives) {
    if (many_points)
      return Make(Verdict::kLeak, Specific(pile) ? Confidence::kStrong : Confidence::kLikely,
                  Shape::kUnbounded, lives, Specific(pile) ? "" : kLiftDump);
    if (Specific(pile)) return Make(Verdict::kLeak, Confidence::kLikely, Shape::kUnknown, lives, kLiftDump);
    return Make(Verdict::kWatch, Confidence::kLikely, Shape::kUnknown, lives, kLiftDump);
  }
  const double went = static_cast<double>(pile.lives->died + pile.lives->left);
  const double came = static_cast<double>(pile.lives->born + pile.lives->entered);
  if (went > 0.5 * came) return std::nullopt;  // busy, not stuck
  if (many_points && went <= 0.1 * came && MostOutliveAStep(pile))
    return Make(Verdict::kLeak, Confidence::kStrong, Shape::kUnbounded, lives);
  if (g.somebody_comes && pile.lives->stayed == 0 && pile.first() == 0 && pile.newest() >= kAlone)
    return Make(Verdict::kWatch, Confidence::kPossible, Shape::kUnknown, lives, kLiftMore);
  return Make(Verdict::kWatch, Confidence::kLikely, Shape::kUnknown, lives, kLiftMore);
}

// One per unit of work in flight: only lasting growth counts, a burst drains by itself.
std::optional<Judgement> JudgeLoad(const Pile& pile, const Growth& g) {
  if (!Growing(g)) return std::nullopt;
  const std::string lives = DescribeLives(pile, g, "goroutines");
  const double births = g.births_per_second.value_or(0);
  const double deaths = g.deaths_per_second.value_or(0);
  // A step that should be over quickly, many stand in it, and in the whole window not one got through while
  // others came. For work in general a longer look is needed: a slow call is no stuck call.
  constexpr double kLongLook = 20;
  if (g.nobody_leaves && g.somebody_comes && pile.lives->stayed >= 20 &&
      (Specific(pile) || g.seconds >= kLongLook))
    return Make(Verdict::kLeak, Confidence::kStrong, Shape::kUnbounded, lives);
  if (g.net < std::max(20.0, 0.2 * static_cast<double>(pile.first()))) return std::nullopt;
  if (EverybodyGetsThrough(pile)) return std::nullopt;
  const bool falls_behind = pile.lives && births > 0 && deaths <= 0.5 * births && MostOutliveAStep(pile);
  if (pile.counts.size() >= kTrendPoints && (falls_behind || !pile.lives))
    return Make(Verdict::kLeak, pile.lives ? Confidence::kStrong : Confidence::kLikely, Shape::kUnbounded,
                lives);
  if (pile.counts.size() == 3 && falls_behind && pile.first() >= kWorthAWord)
    return Make(Verdict::kLeak, Confidence::kLikely, Shape::kUnbounded, lives, kLiftMore);
  return Make(Verdict::kWatch, Confidence::kLikely, Shape::kUnknown,
              lives + " A burst looks the same so far.", kLiftMore);
}

std::optional<Judgement> JudgeClients(const Pile& pile, const Growth& g) {
  if (!Growing(g) || g.net < std::max(50.0, 0.1 * static_cast<double>(pile.first()))) return std::nullopt;
  return Make(Verdict::kWatch, Confidence::kPossible, Shape::kUnknown,
              DescribeLives(pile, g, "goroutines") +
                  " Each belongs to a connected client: more clients look the same.",
              kLiftMore);
}

std::optional<Judgement> JudgeDefect(const Pile& pile, const Growth& g) {
  if (pile.newest() == 0 || pile.lowest_goid == 1) return std::nullopt;  // main may park itself
  if (Growing(g))
    return Make(Verdict::kLeak, Confidence::kStrong, Shape::kUnbounded, DescribeLives(pile, g, "goroutines"));
  return Make(Verdict::kFault, Confidence::kStrong, Shape::kUnknown,
              "No event can ever wake such a goroutine.");
}

}  // namespace

bool EverybodyGetsThrough(const Pile& pile) {
  const size_t looks = pile.counts.size();
  if (looks < kTrendPoints || !pile.steps) return false;
  if (pile.newest() > 2 * pile.counts[looks - 2]) return false;  // most came last: nothing is known of them
  const uint64_t gone = pile.steps->died + pile.steps->left;
  return gone >= kWorthAWord && pile.steps->stayed <= gone / 10;
}

double SnapToKnown(double seconds) {
  for (double known :
       {5.0, 10.0, 15.0, 20.0, 30.0, 60.0, 90.0, 120.0, 180.0, 300.0, 600.0, 900.0, 1800.0, 3600.0, 7200.0})
    if (std::abs(seconds - known) <= 0.1 * known) return known;
  return seconds;
}

std::string DescribeLives(const Pile& pile, const Growth& g, std::string_view noun) {
  const std::string window =
      g.seconds > 0 ? " in " + FormatDuration(FromSeconds(g.seconds)) : " between the snapshots";
  if (!pile.lives) {
    return fmt::format("{} {} became {}{}.", FormatCount(pile.first()), noun, FormatCount(pile.newest()),
                       window);
  }
  const Lives& l = *pile.lives;
  const uint64_t came = l.born + l.entered;
  const uint64_t went = l.died + l.left;
  if (came == 0 && went == 0)
    return fmt::format("The same {} {} throughout{}.", FormatCount(l.stayed), noun, window);
  if (went == 0)
    return fmt::format("{} came{} and none of the {} that were there left.", FormatCount(came), window,
                       FormatCount(l.stayed));
  return fmt::format("{} came and {} went{}; {} stayed throughout.", FormatCount(came), FormatCount(went),
                     window, FormatCount(l.stayed));
}

std::optional<Judgement> JudgePile(const Analysis& a, const Pile& pile, const Growth& g) {
  const Pattern* p = pile.pattern;
  if (pile.leaked > 0) {
    return Make(Verdict::kLeak, Confidence::kProved, Growing(g) ? Shape::kUnbounded : Shape::kUnknown,
                fmt::format("Go's own garbage collector proved that {} of them can never run again.",
                            FormatCount(pile.leaked)));
  }
  if (p != nullptr && pile.newest() <= p->benign_up_to) return std::nullopt;
  if (p != nullptr && p->driver == Pattern::Driver::kDefect) return JudgeDefect(pile, g);
  if (pile.newest() < kWorthAWord) return std::nullopt;
  if (pile.counts.size() < 2) return p == nullptr ? std::nullopt : JudgeAlone(pile);
  if (p == nullptr) {
    // No known shape: a goroutine that runs, sleeps or can run is work in flight; one that waits for others
    // is held by code.
    const bool works = pile.wait == model::Wait::kRunning || pile.wait == model::Wait::kRunnable ||
                       pile.wait == model::Wait::kSleep || pile.wait == model::Wait::kSyscall ||
                       pile.wait == model::Wait::kIoWait;
    return works ? JudgeLoad(pile, g) : JudgeCode(a, pile, g);
  }
  switch (p->driver) {
    case Pattern::Driver::kCode:
      return JudgeCode(a, pile, g);
    case Pattern::Driver::kClients:
      return JudgeClients(pile, g);
    case Pattern::Driver::kLoad:
      return JudgeLoad(pile, g);
    case Pattern::Driver::kDefect:
      break;
  }
  return std::nullopt;
}

}  // namespace seep::detect

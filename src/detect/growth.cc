#include "detect/growth.h"

#include <algorithm>
#include <cmath>

namespace seep::detect {

namespace {

// Counts of independent goroutines wander by about their square root; 2 % covers slow drifts of busy pools.
double CountNoise(double count) {
  return std::max({4.0, 2 * std::sqrt(count), 0.02 * count});
}

Growth FromCounts(const std::vector<double>& t, const std::vector<double>& v, const Timeline& timeline) {
  Growth growth;
  if (v.size() < 2) return growth;
  growth.net = v.back() - v.front();
  growth.seconds = timeline.timed ? t.back() - t.front() : 0;
  growth.trend = TrendOf(t, v, CountNoise(v.front()));
  if (growth.seconds > 0) growth.per_second = growth.net / growth.seconds;
  return growth;
}

std::vector<double> Times(const std::vector<size_t>& snapshots, const Timeline& timeline) {
  std::vector<double> t;
  for (size_t s : snapshots) t.push_back(timeline.seconds[s]);
  return t;
}

}  // namespace

Growth MeasureCounts(std::span<const uint64_t> counts, const std::vector<size_t>& snapshots,
                     const Timeline& timeline) {
  return FromCounts(Times(snapshots, timeline), {counts.begin(), counts.end()}, timeline);
}

Growth MeasureGrowth(const Pile& pile, const Piles& piles, const Timeline& timeline) {
  Growth growth = MeasureCounts(pile.counts, piles.snapshots, timeline);
  if (!pile.lives) return growth;
  const Lives& l = *pile.lives;
  const auto newest = static_cast<double>(pile.newest());
  const auto came = static_cast<double>(l.born + l.entered);
  const auto went = static_cast<double>(l.died + l.left);
  growth.nobody_leaves = l.stayed >= 10 && went <= 0.01 * static_cast<double>(l.stayed);
  growth.somebody_comes = came >= 5 && came >= 0.01 * newest;
  // Who came and who stayed is exact; counting noise has no say where identities are known.
  if (growth.nobody_leaves && growth.somebody_comes && growth.net > 0 && pile.counts.size() < 4)
    growth.trend = Trend::kGrowing;
  if (growth.seconds <= 0) return growth;
  growth.births_per_second = came / growth.seconds;
  growth.deaths_per_second = went / growth.seconds;
  // With next to nobody left from the first dump the window is longer than a life: births seen are only those
  // still alive.
  const bool window_within_life = static_cast<double>(l.stayed) >= 0.1 * newest;
  if (came >= 5 && window_within_life) growth.lifetime_seconds = newest / *growth.births_per_second;
  return growth;
}

model::Curve MakeCurve(std::string name, std::string unit, std::span<const uint64_t> counts,
                       const std::vector<size_t>& snapshots, const Timeline& timeline) {
  model::Curve curve{std::move(name), std::move(unit), {}};
  for (size_t i = 0; i < counts.size() && i < snapshots.size(); ++i)
    curve.points.emplace_back(timeline.seconds[snapshots[i]], static_cast<double>(counts[i]));
  return curve;
}

}  // namespace seep::detect

// What a row of counts over time says, and how sure one may be of it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/trend.h"
#include "detect/piles.h"
#include "detect/timeline.h"
#include "model/finding.h"

namespace seep::detect {

struct Growth {
  Trend trend = Trend::kUnknown;
  double net = 0;                    // last minus first
  double seconds = 0;                // window
  std::optional<double> per_second;  // net rate; empty when the snapshots carry no times
  std::optional<double> births_per_second, deaths_per_second;  // with two dumps
  bool nobody_leaves = false;   // dumps: at least 10 were there at first, and (nearly) none of them is gone
  bool somebody_comes = false;  // dumps: at least 5 births, more than 1 % of the pile
  // Mean time one member lives, by Little's law: count / births. Empty without births or when it is only
  // known to be shorter than the window.
  std::optional<double> lifetime_seconds;
};
Growth MeasureGrowth(const Pile& pile, const Piles& piles, const Timeline& timeline);
// The same from counts alone.
Growth MeasureCounts(std::span<const uint64_t> counts, const std::vector<size_t>& snapshots,
                     const Timeline& timeline);

// A curve of the report from counts.
model::Curve MakeCurve(std::string name, std::string unit, std::span<const uint64_t> counts,
                       const std::vector<size_t>& snapshots, const Timeline& timeline);

}  // namespace seep::detect

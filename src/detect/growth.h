// What a row of counts over time says, and how sure one may be of it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "detect/piles.h"
#include "detect/timeline.h"
#include "model/finding.h"

namespace seep::detect {

// A straight line through points (t seconds, value), by least squares, with its standard error.
struct Slope {
  double per_second = 0;
  double error = 0;  // standard error of per_second; 0 with two points
  double intercept = 0;
};
Slope FitSlope(std::span<const double> t, std::span<const double> value);

enum class Trend : uint8_t {
  kUnknown,  // one point
  kFlat,     // within noise
  kGrowing,  // up, and up in every part of the window
  kSlowing,  // up at first, less and less (warming up, filling a pool)
  kFalling,
  kWavy,  // up and down
};

// How a count moves. `noise` is the change that means nothing (absolute).
Trend TrendOf(std::span<const double> t, std::span<const double> value, double noise);

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

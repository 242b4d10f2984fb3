// What a row of values over time says, and how sure one may be of it.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace seep {

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
std::string_view TrendName(Trend trend);  // "growing"

// How a value moves. `noise` is the change that means nothing (absolute).
Trend TrendOf(std::span<const double> t, std::span<const double> value, double noise);

// Student's t: how many standard errors hold 95 % on both sides, for so many degrees of freedom (from 1).
double Student95(size_t degrees);

}  // namespace seep

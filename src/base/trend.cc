#include "base/trend.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <numeric>

namespace seep {

Slope FitSlope(std::span<const double> t, std::span<const double> value) {
  Slope slope;
  const size_t n = std::min(t.size(), value.size());
  if (n == 0) return slope;
  const double mean_t =
      std::accumulate(t.begin(), t.begin() + static_cast<ptrdiff_t>(n), 0.0) / static_cast<double>(n);
  const double mean_v =
      std::accumulate(value.begin(), value.begin() + static_cast<ptrdiff_t>(n), 0.0) / static_cast<double>(n);
  double stt = 0;
  double stv = 0;
  for (size_t i = 0; i < n; ++i) {
    stt += (t[i] - mean_t) * (t[i] - mean_t);
    stv += (t[i] - mean_t) * (value[i] - mean_v);
  }
  slope.intercept = mean_v;
  if (stt <= 0) return slope;
  slope.per_second = stv / stt;
  slope.intercept = mean_v - slope.per_second * mean_t;
  if (n > 2) {
    double residual = 0;
    for (size_t i = 0; i < n; ++i) {
      const double e = value[i] - (slope.intercept + slope.per_second * t[i]);
      residual += e * e;
    }
    slope.error = std::sqrt(residual / static_cast<double>(n - 2) / stt);
  }
  return slope;
}

Trend TrendOf(std::span<const double> t, std::span<const double> value, double noise) {
  const size_t n = std::min(t.size(), value.size());
  if (n < 2) return Trend::kUnknown;
  const double net = value[n - 1] - value[0];
  const auto [low, high] = std::ranges::minmax(value.first(n));
  if (high - low <= noise) return Trend::kFlat;
  if (net < -noise) return Trend::kFalling;
  // A step back larger than noise, or a peak left behind, is no steady growth.
  for (size_t i = 1; i < n; ++i)
    if (value[i] < value[i - 1] - noise) return Trend::kWavy;
  if (net <= noise) return Trend::kWavy;
  if (n < 4) return Trend::kGrowing;
  // The second half must climb at least half as fast as the first.
  const size_t middle = n / 2;
  const double before = (value[middle] - value[0]) / std::max(t[middle] - t[0], 1e-9);
  const double after = (value[n - 1] - value[middle]) / std::max(t[n - 1] - t[middle], 1e-9);
  return after >= 0.5 * before && value[n - 1] - value[middle] > noise / 2 ? Trend::kGrowing
                                                                           : Trend::kSlowing;
}

std::string_view TrendName(Trend trend) {
  switch (trend) {
    case Trend::kUnknown:
      break;
    case Trend::kFlat:
      return "flat";
    case Trend::kGrowing:
      return "growing";
    case Trend::kSlowing:
      return "slowing";
    case Trend::kFalling:
      return "falling";
    case Trend::kWavy:
      return "wavy";
  }
  return "unknown";
}

double Student95(size_t degrees) {
  // Quantiles of 97.5 % (any table of Student's t); beyond 30 an approximation good to three digits.
  constexpr double kTable[] = {12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228,
                               2.201,  2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086,
                               2.080,  2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042};
  if (degrees == 0) return std::numeric_limits<double>::infinity();
  if (degrees <= std::size(kTable)) return kTable[degrees - 1];
  return 1.960 + 2.4 / static_cast<double>(degrees);
}

}  // namespace seep

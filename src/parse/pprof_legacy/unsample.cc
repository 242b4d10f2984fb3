#include "parse/pprof_legacy/unsample.h"

#include <array>
#include <cmath>
#include <limits>

#include "profile/measurement.h"

namespace seep::parse::pprof_legacy {
namespace {

// e^x with the last bits that Go has on amd64 (src/math/exp_amd64.s with FMA): the counts are cut off to
// whole numbers, so that another rounding shows. x = k ln 2 + 16 r; a Taylor series gives e^r - 1, four
// doublings
// ((1+y)^2 - 1 = y(y+2)) give e^(16 r).
double GoExp(double x) {
  if (std::isnan(x)) return x;
  if (x > 709.782712893384) return std::numeric_limits<double>::infinity();
  if (x < -746) return 0;
  constexpr double kLog2E = 1.4426950408889634073599246810018920;
  constexpr double kLn2High = 0.69314718055966295651160180568695068359375;
  constexpr double kLn2Low = 0.28235290563031577122588448175013436025525412068e-12;
  const double k = std::nearbyint(x * kLog2E);
  const double r = std::fma(-kLn2Low, k, std::fma(-kLn2High, k, x)) * 0.0625;
  constexpr std::array<double, 8> kFactorials{2.4801587301587301587e-5,
                                              1.9841269841269841270e-4,
                                              1.3888888888888888889e-3,
                                              8.3333333333333333333e-3,
                                              4.1666666666666666667e-2,
                                              1.6666666666666666667e-1,
                                              0.5,
                                              1.0};  // 1/8! ... 1/1!
  double series = kFactorials[0];
  for (size_t i = 1; i < kFactorials.size(); ++i) series = std::fma(series, r, kFactorials[i]);
  double y = r * series;
  for (int doubling = 0; doubling < 3; ++doubling) y *= y + 2;
  return std::ldexp(std::fma(y, y + 2, 1.0), static_cast<int>(k));
}

}  // namespace

HeapCounts Unsample(HeapCounts sampled, int64_t rate) {
  if (sampled.objects == 0 || sampled.bytes == 0) return {};
  if (rate <= 1) return sampled;
  const auto objects = static_cast<double>(sampled.objects), bytes = static_cast<double>(sampled.bytes);
  const double scale = 1 / (1 - GoExp(-(bytes / objects) / static_cast<double>(rate)));
  return {profile::ToInt64(objects * scale), profile::ToInt64(bytes * scale)};
}

}  // namespace seep::parse::pprof_legacy

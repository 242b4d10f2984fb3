// How far off a sampled value may be. The runtime records one allocation per MemProfileRate bytes on average
// (512 KiB by default; runtime/mprof.go), CPU profiles one moment per period, and profiles are already scaled
// up. A value that n samples stand behind is known to about 1/sqrt(n).
#pragma once

#include <cstddef>
#include <optional>

#include "profile/profile.h"

namespace seep::profile {

// Probability that an allocation of `size` bytes is sampled at a mean gap of `rate` bytes.
double SampledShare(double size, double rate);

// Objects or bytes of allocations that were seen through samples.
struct SampledError {
  double objects = 0, bytes = 0;  // variances
};
SampledError AllocationError(double objects, double bytes, double rate);

// The variance of a column's values. Heap profiles: as above. Others: the count in column 0 is taken for
// Poisson's, which is right for CPU samples and the natural wandering of independent goroutines.
class Noise {
 public:
  Noise(const Profile& profile, size_t column);
  double Variance(const Profile& profile, size_t sample) const;

 private:
  size_t column_;
  std::optional<size_t> objects_, bytes_;  // of a heap profile: the pair the column belongs to
  double rate_ = 1;
};

}  // namespace seep::profile

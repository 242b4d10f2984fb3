// Which snapshots carry goroutines, when, and in which form: the axis every goroutine count is drawn over.
#pragma once

#include <vector>

#include "model/snapshot.h"

namespace seep::detect {

struct Timeline {
  // Seconds since the first snapshot of the series; where the evidence has no times, the snapshots are taken
  // to be evenly spaced and `timed` is false: nothing may then be said per second.
  std::vector<double> seconds;  // by snapshot index
  bool timed = true;

  double Between(size_t a, size_t b) const { return seconds[b] - seconds[a]; }
};
Timeline MakeTimeline(const model::Series& series);

}  // namespace seep::detect

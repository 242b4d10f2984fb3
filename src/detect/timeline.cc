#include "detect/timeline.h"

#include <algorithm>

namespace seep::detect {

Timeline MakeTimeline(const model::Series& series) {
  Timeline timeline;
  timeline.timed =
      std::ranges::all_of(series.snapshots, [](const model::Snapshot& s) { return s.at.has_value(); });
  for (size_t i = 0; i < series.snapshots.size(); ++i) {
    timeline.seconds.push_back(timeline.timed ? Seconds(*series.snapshots[i].at - *series.snapshots[0].at)
                                              : static_cast<double>(i));
  }
  // Two snapshots of one instant cannot carry a rate.
  if (timeline.timed && series.snapshots.size() > 1 && timeline.seconds.back() <= 0) timeline.timed = false;
  return timeline;
}

}  // namespace seep::detect

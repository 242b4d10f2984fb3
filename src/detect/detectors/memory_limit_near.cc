// The process stands at its memory limit.
//
// Fires when RSS (or the cgroup's working set) passes 90 % of the nearest limit: cgroup memory.max,
// memory.high, GOMEMLIMIT. Quiet below, and where no limit is known.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "detect/detector.h"

namespace seep::detect {
namespace {

void Run(const Analysis& a, Sink& sink) {
  if (!a.account.limit || a.account.views.empty()) return;
  const MemoryView& now = a.account.views.back();
  // GOMEMLIMIT bounds what Go maps; a cgroup bounds what is resident.
  const bool go_limit = a.account.limit_name == "GOMEMLIMIT";
  const auto used = go_limit ? now.go_mapped : now.rss;
  if (!used || *used < 0.9 * *a.account.limit) return;
  model::Finding f{
      .id = "memory-limit-near", .verdict = model::Verdict::kFault, .confidence = model::Confidence::kProved};
  f.impact.rss_bytes = static_cast<uint64_t>(*used);
  f.bound = model::Bound{a.account.limit_name, 0};
  f.size = fmt::format("{} of {} ({}) are in use.", FormatBytes(*used), FormatBytes(*a.account.limit),
                       a.account.limit_name);
  f.evidence.push_back({"rss", f.size, "/proc/PID/status", static_cast<int>(now.snapshot)});
  sink.Report(std::move(f));
}

}  // namespace

extern const Detector detector_memory_limit_near;
constinit const Detector detector_memory_limit_near = {"memory-limit-near", Need::kRss, &Run};

}  // namespace seep::detect

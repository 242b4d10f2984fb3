// Memory that Go keeps without using it: idle spans not yet given back to the system.
//
// Fires when most of the RSS is idle Go heap, in every snapshot. A cost with a limit: the scavenger returns
// it over minutes unless GOGC, a memory limit or constant churn keep it. Quiet below 128 MiB or half of RSS,
// and while it shrinks.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "detect/detector.h"
#include "detect/memory_growth.h"

namespace seep::detect {
namespace {

constexpr double kWorthAWord = 128.0 * 1024 * 1024;

// Resident where the account tells it; else what MemStats has mapped and not released.
std::optional<double> IdleOf(const MemoryView& v) {
  if (v.parts && v.parts->of(model::MemoryPart::kGoIdle) > 0)
    return static_cast<double>(v.parts->of(model::MemoryPart::kGoIdle));
  return v.go_heap_idle;
}

void Run(const Analysis& a, Sink& sink) {
  std::vector<const MemoryView*> views;
  for (const MemoryView& v : a.account.views)
    if (IdleOf(v) && v.rss) views.push_back(&v);
  if (views.size() < 2) return;
  const bool always = std::ranges::all_of(
      views, [](const MemoryView* v) { return *IdleOf(*v) >= kWorthAWord && *IdleOf(*v) >= 0.5 * *v->rss; });
  const MemoryView& now = *views.back();
  const double idle = *IdleOf(now);
  if (!always || idle < 0.95 * *IdleOf(*views.front())) return;
  model::Finding f{.id = "go-heap-not-returned",
                   .verdict = model::Verdict::kBounded,
                   .confidence = model::Confidence::kStrong,
                   .shape = model::Shape::kPlateau};
  f.bound = model::Bound{"the heap's own peak", 0};
  f.impact.rss_bytes = static_cast<uint64_t>(idle);
  f.size = fmt::format("{} of {} RSS are idle Go heap; live heap is {}.", FormatBytes(idle),
                       FormatBytes(*now.rss), FormatBytes(now.go_heap_live.value_or(0)));
  if (now.parts) {
    f.evidence.push_back(
        {"smaps",
         fmt::format("{} of the Go heap's arenas are resident, and in no use by the runtime's own "
                     "count of its spans",
                     FormatBytes(idle)),
         "/proc/PID/smaps", static_cast<int>(now.snapshot)});
    if (const MemoryGrowth growth(a); growth.known())
      f.excludes =
          fmt::format("A leak: Go heap in use changed by {}. ",
                      SignedBytes(growth.Net({model::MemoryPart::kGoObjects, model::MemoryPart::kGoGaps,
                                              model::MemoryPart::kGoHeap}))) +
          growth.OthersThan({model::MemoryPart::kGoIdle, model::MemoryPart::kGoObjects}) + ".";
  }
  if (now.go_heap_idle)
    f.evidence.push_back({"memstats", "HeapIdle - HeapReleased " + FormatBytes(*now.go_heap_idle),
                          "heap?debug=1", static_cast<int>(now.snapshot)});
  sink.Report(std::move(f));
}

}  // namespace

extern const Detector detector_go_heap_not_returned;
constinit const Detector detector_go_heap_not_returned = {"go-heap-not-returned", Need::kRss, &Run};

}  // namespace seep::detect

// Goroutine stacks that grow without more goroutines: deep recursion, large arrays on stacks.
//
// Fires when StackInuse grows steadily by more than the goroutines' own growth explains (8 KiB each at
// least). Quiet when goroutines grow along: their own finding says it.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "detect/detector.h"
#include "detect/memory_growth.h"

namespace seep::detect {
namespace {

constexpr double kMiB = 1024.0 * 1024.0;

void Run(const Analysis& a, Sink& sink) {
  std::vector<double> t;
  std::vector<double> stacks;
  for (const MemoryView& v : a.account.views) {
    if (!v.go_stacks) continue;
    t.push_back(a.timeline.seconds[v.snapshot]);
    stacks.push_back(*v.go_stacks);
  }
  if (stacks.size() < 2 || stacks.back() < 32 * kMiB) return;
  const double net = stacks.back() - stacks.front();
  if (net < 0.2 * stacks.back() || TrendOf(t, stacks, 2 * kMiB) != Trend::kGrowing) return;
  const double more = a.piles.totals.size() > 1 ? static_cast<double>(a.piles.totals.back()) -
                                                      static_cast<double>(a.piles.totals.front())
                                                : 0;
  // A level of goroutines whose stacks double is what is meant; new goroutines bring stacks of their own.
  const double each = a.piles.totals.empty() || a.piles.totals.back() == 0
                          ? 8192
                          : std::max(8192.0, stacks.back() / static_cast<double>(a.piles.totals.back()));
  if (more * each > 0.5 * net) return;
  const bool steady = stacks.size() >= 4;
  model::Finding f{.id = "goroutine-stack-growth",
                   .verdict = steady ? model::Verdict::kLeak : model::Verdict::kWatch,
                   .confidence = steady ? model::Confidence::kStrong : model::Confidence::kLikely};
  f.impact.rss_bytes = static_cast<uint64_t>(stacks.back());
  f.size = fmt::format("Goroutine stacks {} became {} with {:+.0f} goroutines.", FormatBytes(stacks.front()),
                       FormatBytes(stacks.back()), more);
  f.evidence.push_back({"memstats", f.size, "heap?debug=1", -1});
  if (const MemoryGrowth memory(a); memory.known())
    f.excludes = memory.OthersThan({model::MemoryPart::kGoStacks}) + ".";
  sink.Report(std::move(f));
}

}  // namespace

extern const Detector detector_goroutine_stack_growth;
constinit const Detector detector_goroutine_stack_growth = {"goroutine-stack-growth", Need::kRss, &Run};

}  // namespace seep::detect

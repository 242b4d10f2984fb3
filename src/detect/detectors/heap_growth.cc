// Live heap that grows at one line of the user's code.
//
// Fires on lines whose live bytes grow beyond three standard errors of the sampling, steadily in every part
// of the window. Two profiles cannot tell a leak from a cache that fills: they make a `watch`; four and more
// that do not slow down a `leak`. Quiet for what other findings explain (stacks below net/http's client and
// the like have owners), for noise, for sawtooth.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "base/time.h"
#include "detect/detector.h"
#include "detect/pile_finding.h"

namespace seep::detect {
namespace {

constexpr double kMiB = 1024.0 * 1024.0;
constexpr size_t kTrendPoints = 4;

struct Grown {
  const HeapSite* site = nullptr;
  double net = 0;
  double error = 0;
  Trend trend = Trend::kUnknown;
};

std::vector<double> Times(const Analysis& a) {
  std::vector<double> t;
  for (size_t s : a.heaps.snapshots) t.push_back(a.timeline.seconds[s]);
  return t;
}

// Memory that belongs to connections, pools and their like is theirs to explain.
bool HasAnOwner(const Analysis& a, const HeapSite& site) {
  // What asking for profiles costs is seep's own doing.
  static const std::vector<std::string> kProfiling = {"net/http/pprof.*", "runtime/pprof.*"};
  if (a.matcher.AnyFrame(site.stack, kProfiling)) return true;
  return std::ranges::any_of(a.knowledge.owners, [&](const model::Owner& o) {
    return o.finding != "heap-growth" && o.finding != "heap-retained" &&
           a.matcher.AnyFrame(site.stack, o.functions);
  });
}

std::vector<Grown> GrownSites(const Analysis& a) {
  const auto t = Times(a);
  std::vector<Grown> grown;
  for (const HeapSite& site : a.heaps.sites) {
    if (!site.user) continue;
    const Estimate& first = site.bytes.front();
    const Estimate& last = site.bytes.back();
    Grown g{&site, last.value - first.value, std::sqrt(first.variance + last.variance), Trend::kUnknown};
    // Two profiles are weak evidence: only what nobody would overlook is worth a word then.
    const bool steady = t.size() >= kTrendPoints;
    const double threshold = steady ? std::max({3 * g.error, 1 * kMiB, 0.05 * a.heaps.totals.back()})
                                    : std::max({4 * g.error, 8 * kMiB, 0.2 * a.heaps.totals.back()});
    if (g.net < threshold || HasAnOwner(a, site)) continue;
    std::vector<double> values;
    for (const Estimate& e : site.bytes) values.push_back(e.value);
    g.trend = TrendOf(t, values, std::max(2 * last.error(), 0.5 * kMiB));
    if (g.trend == Trend::kGrowing) grown.push_back(g);
  }
  std::ranges::stable_sort(grown, std::ranges::greater{}, &Grown::net);
  return grown;
}

void Run(const Analysis& a, Sink& sink) {
  if (a.heaps.snapshots.size() < 2) return;
  const auto t = Times(a);
  size_t reported = 0;
  for (const Grown& g : GrownSites(a)) {
    if (++reported > 3) break;
    const bool steady = t.size() >= kTrendPoints;
    model::Finding f{.id = "heap-growth"};
    f.verdict = steady ? model::Verdict::kLeak : model::Verdict::kWatch;
    f.confidence = steady ? model::Confidence::kStrong : model::Confidence::kLikely;
    f.shape = steady ? model::Shape::kUnbounded : model::Shape::kUnknown;
    if (!steady)
      f.lift =
          "more profiles over a longer time (--samples 5): a cache that fills slows down, a leak does not";
    f.impact.heap_bytes = static_cast<uint64_t>(g.site->bytes.back().value);
    const double seconds = a.HeapWindow();
    const std::string window = seconds > 0 ? " in " + FormatDuration(FromSeconds(seconds)) : "";
    if (seconds > 0) {
      f.impact.per_hour["heap_bytes"] = g.net / seconds * 3600;
      if (a.account.limit)
        f.impact.limit_in_seconds =
            std::max(0.0, (*a.account.limit - a.heaps.totals.back()) / (g.net / seconds));
    }
    f.where.push_back(a.At(model::Role::kCulprit, g.site->user,
                           fmt::format("{} live bytes were allocated under this line",
                                       FormatBytes(g.site->bytes.back().value))));
    f.size = fmt::format("{} became {}{}, {:+.0f} % of the live heap; sampling error {}.",
                         FormatBytes(g.site->bytes.front().value), FormatBytes(g.site->bytes.back().value),
                         window, 100 * g.net / std::max(1.0, a.heaps.totals.back()), FormatBytes(g.error));
    f.evidence.push_back({"heap", f.size, HeapSource(a, a.heaps.snapshots.back()), -1});
    model::Curve curve{"live bytes", "bytes", {}};
    for (size_t i = 0; i < t.size(); ++i) curve.points.emplace_back(t[i], g.site->bytes[i].value);
    f.curves.push_back(std::move(curve));
    f.stacks = {{g.site->stack, static_cast<uint64_t>(g.site->bytes.back().value)}};
    sink.Report(std::move(f));
  }
}

}  // namespace

extern const Detector detector_heap_growth;
constinit const Detector detector_heap_growth = {"heap-growth", Need::kHeap, &Run};

}  // namespace seep::detect

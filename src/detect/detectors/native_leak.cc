// Memory that grows outside Go: cgo, C libraries, mmap by hand.
//
// Fires when the resident anonymous memory grows and what Go owns (Sys - HeapReleased) does not, thread
// stacks and Go heap excluded. With smaps, growth of the C heap's own mappings agrees and makes it strong.
// Quiet when Go's share explains the growth, when threads grow (thread-leak), and for page cache (RssFile).
// Which C call it is, and from which Go line, says the native sampler where it is loaded (native_sites.h).
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "base/time.h"
#include "detect/detector.h"
#include "detect/native_sites.h"

namespace seep::detect {
namespace {

using model::Finding;

constexpr double kMiB = 1024.0 * 1024.0;

double Change(const std::optional<double>& from, const std::optional<double>& to) {
  return from && to ? *to - *from : 0;
}

void AddCurves(const Analysis& a, Finding& f) {
  model::Curve rss{"RSS", "bytes", {}};
  model::Curve native{"native", "bytes", {}};
  model::Curve go{"Go", "bytes", {}};
  for (const MemoryView& v : a.account.views) {
    const double t = a.timeline.seconds[v.snapshot];
    if (v.rss) rss.points.emplace_back(t, *v.rss);
    if (v.native) native.points.emplace_back(t, *v.native);
    if (v.go_mapped) go.points.emplace_back(t, *v.go_mapped);
  }
  f.curves = {rss, native, go};
}

void AddPlaces(const MemoryView& now, Finding& f) {
  if (now.malloc_arenas && now.other_anon)
    f.evidence.push_back({"smaps",
                          fmt::format("C heap (malloc arenas) {}, other anonymous mappings {}, Go arenas {}",
                                      FormatBytes(*now.malloc_arenas), FormatBytes(*now.other_anon),
                                      FormatBytes(now.go_arenas.value_or(0))),
                          "/proc/PID/smaps", static_cast<int>(now.snapshot)});
}

void Run(const Analysis& a, Sink& sink) {
  std::vector<const MemoryView*> views;
  for (const MemoryView& v : a.account.views)
    if (v.native && v.rss) views.push_back(&v);
  if (views.size() < 2) return;
  const MemoryView& first = *views.front();
  const MemoryView& last = *views.back();
  const double native = Change(first.native, last.native);
  const double rss = Change(first.rss_anon, last.rss_anon);
  const double go = Change(first.go_mapped, last.go_mapped);
  // Go maps ahead of use: pages it has mapped and now touches for the first time look native. So the growth
  // must exceed what was mapped and untouched at first, which is at most Go's mapped size less what was
  // resident.
  const double untouched = std::max(0.0, first.go_mapped.value_or(0) - first.rss_anon.value_or(0));
  if (native < std::max(2 * kMiB, 0.03 * *last.rss) + untouched || native < 0.6 * rss) return;
  const double arenas = Change(first.malloc_arenas, last.malloc_arenas);
  const double other = Change(first.other_anon, last.other_anon);
  const double go_arenas = Change(first.go_arenas, last.go_arenas);
  // The Go arenas' resident bytes are exact where smaps is there: if they took the growth, nothing is native.
  if (first.go_arenas && last.go_arenas && go_arenas > 0.4 * native) return;
  const double threads = Change(first.threads, last.threads);
  if (threads >= 4 && threads * 64 * 1024 > 0.5 * native) return;

  std::vector<double> t;
  std::vector<double> value;
  for (const MemoryView* v : views) {
    t.push_back(a.timeline.seconds[v->snapshot]);
    value.push_back(*v->native);
  }
  const Trend trend = TrendOf(t, value, 1 * kMiB);
  if (trend == Trend::kWavy || trend == Trend::kSlowing || trend == Trend::kFalling) return;

  Finding f{.id = arenas < 0.3 * native && other > 0.5 * native ? "mmap-growth" : "native-leak"};
  f.verdict = model::Verdict::kLeak;
  const bool smaps_agree = arenas + other >= 0.6 * native;
  f.confidence = smaps_agree ? model::Confidence::kStrong : model::Confidence::kLikely;
  f.shape = model::Shape::kUnbounded;
  f.impact.rss_bytes = static_cast<uint64_t>(*last.native);
  const double seconds = a.timeline.timed ? t.back() - t.front() : 0;
  const std::string window = seconds > 0 ? " in " + FormatDuration(FromSeconds(seconds)) : "";
  if (seconds > 0) {
    f.impact.per_hour["rss_bytes"] = native / seconds * 3600;
    if (a.account.limit && native > 0)
      f.impact.limit_in_seconds = std::max(0.0, (*a.account.limit - *last.rss) / (native / seconds));
  }
  f.size = fmt::format(
      "RSS {} of which at least {} is not Go's; it grew by {}{} while Go's share changed by {}.",
      FormatBytes(*last.rss), FormatBytes(*last.native), FormatBytes(native), window, FormatBytes(go));
  f.excludes = fmt::format(
      "Idle Go heap: {} kept unused. Threads: {:+.0f}. File pages: {}. VIRT says nothing here.",
      FormatBytes(last.go_heap_idle.value_or(0)), threads, FormatBytes(last.rss_file.value_or(0)));
  f.evidence.push_back({"rss",
                        fmt::format("RssAnon {} -> {}", FormatBytes(first.rss_anon.value_or(0)),
                                    FormatBytes(last.rss_anon.value_or(0))),
                        "/proc/PID/status", -1});
  f.evidence.push_back({"memstats",
                        fmt::format("Sys - HeapReleased {} -> {}", FormatBytes(first.go_mapped.value_or(0)),
                                    FormatBytes(last.go_mapped.value_or(0))),
                        "heap?debug=1", -1});
  AddPlaces(last, f);
  if (!smaps_agree) f.lift = "/proc/PID/smaps at both moments: it shows which mappings grew";
  AddCurves(a, f);
  // The kernel says that it grows, the sampler which line has C keep it.
  if (f.id == "native-leak" && AddNativeSites(a, f))
    f.confidence = std::min(f.confidence, model::Confidence::kStrong);
  else if (f.lift.empty())
    f.lift =
        "seep diagnose PID --inject: it samples C's allocations and names the Go line that has them kept";
  sink.Report(std::move(f));
}

}  // namespace

extern const Detector detector_native_leak;
constinit const Detector detector_native_leak = {"native-leak", Need::kRss, &Run};

}  // namespace seep::detect

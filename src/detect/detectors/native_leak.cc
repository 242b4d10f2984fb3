// Memory that grows outside Go: cgo, C libraries; mmap by hand is told from it (mmap-growth has its own
// file).
//
// With a walk of malloc's arenas at both moments: fires when what is allocated and not freed grows, and takes
// most of all growth. Freed memory that malloc keeps is another part (native-fragmentation), and so are
// thread stacks, the Go heap, and mappings. The sizes of chunks that grew in step are given: so many of each
// are allocated by one call of something.
//
// Which C call it is, and from which Go line, says the native sampler where it is loaded (native_sites.h).
//
// Two moments make a `watch`: a cache that fills and more load grow as well. Three that go on, or a sampler
// that saw the blocks kept, make a `leak`.
//
// Without smaps only RSS and MemStats speak: fires when the resident anonymous memory grows and what Go owns
// (Sys - HeapReleased) does not. Quiet when Go's share explains the growth, and when threads grow.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "base/time.h"
#include "detect/detector.h"
#include "detect/memory_growth.h"
#include "detect/native_sites.h"

namespace seep::detect {
namespace {

using model::ChunkSize;
using model::Finding;
using enum model::MemoryPart;

constexpr double kMiB = 1024.0 * 1024.0;

double Change(const std::optional<double>& from, const std::optional<double>& to) {
  return from && to ? *to - *from : 0;
}

std::string Window(double seconds) {
  return seconds > 0 ? " in " + FormatDuration(FromSeconds(seconds)) : "";
}

// Sizes whose number grew by about as much: what one call of something allocates, together.
std::string Cohort(const model::MemoryAccount& first, const model::MemoryAccount& last) {
  struct Grown {
    uint64_t bytes = 0, by = 0;
  };
  std::vector<Grown> grown;
  for (const ChunkSize& now : last.sizes) {
    uint64_t before = 0;
    for (const ChunkSize& s : first.sizes)
      if (s.bytes == now.bytes) before = s.chunks;
    if (now.chunks > before + 16) grown.push_back({now.bytes, now.chunks - before});
  }
  std::string best;
  uint64_t most = 0;
  for (const Grown& g : grown) {
    std::string text;
    uint64_t bytes = 0, members = 0;
    for (const Grown& other : grown) {
      const uint64_t apart = other.by > g.by ? other.by - g.by : g.by - other.by;
      if (apart * 50 > g.by) continue;
      bytes += other.bytes * other.by;
      ++members;
      text += fmt::format("{}{} B", text.empty() ? "" : ", ", FormatCount(other.bytes));
    }
    if (members < 2 || bytes <= most) continue;
    most = bytes;
    best = fmt::format("about {} more chunks of each of these sizes: {}: they are allocated together",
                       FormatCount(g.by), text);
  }
  if (!best.empty() || grown.empty()) return best;
  const Grown& g = *std::ranges::max_element(grown, {}, [](const Grown& x) { return x.bytes * x.by; });
  return fmt::format("{} more chunks of {} B", FormatCount(g.by), FormatCount(g.bytes));
}

void AddEvidence(const MemoryGrowth& growth, Finding& f) {
  const model::MemoryAccount& first = growth.first();
  const model::MemoryAccount& last = growth.last();
  const std::string source = "walk of malloc's arenas";
  f.evidence.push_back(
      {"c-heap",
       fmt::format("{}: in use {} in {} chunks -> {} in {}; freed and kept by malloc {}", last.allocator,
                   FormatBytes(static_cast<double>(first.c_in_use)), FormatCount(first.chunks),
                   FormatBytes(static_cast<double>(last.c_in_use)), FormatCount(last.chunks),
                   FormatBytes(static_cast<double>(last.c_free))),
       source, growth.last_snapshot()});
  if (last.blocks > 0)
    f.evidence.push_back(
        {"c-heap",
         fmt::format("{} with mappings of their own: {} -> {}", Plural(last.blocks, "large block"),
                     FormatBytes(static_cast<double>(first.of(kCBlocks))),
                     FormatBytes(static_cast<double>(last.of(kCBlocks)))),
         source, growth.last_snapshot()});
  if (const std::string cohort = Cohort(first, last); !cohort.empty())
    f.evidence.push_back({"c-heap", cohort, source, growth.last_snapshot()});
}

// The kernel says that it grows, the sampler which line has C keep it. Two moments without a sampler that saw
// it kept are no leak yet.
void AddWho(const Analysis& a, bool lasting, Finding& f) {
  const NativeWitness who = AddNativeSites(a, f);
  if (who.names) f.confidence = std::min(f.confidence, model::Confidence::kStrong);
  if (!lasting && !who.keeps) {
    f.verdict = model::Verdict::kWatch;
    f.confidence = std::max(f.confidence, model::Confidence::kLikely);
    f.shape = model::Shape::kUnknown;
  }
  if (!f.lift.empty() || (who.names && f.verdict == model::Verdict::kLeak)) return;
  f.lift = who.names
               ? "a longer look (--samples 5): a cache that fills slows down, a leak does not"
               : "seep diagnose PID --inject: it samples C's allocations and names the Go line that has "
                 "them kept";
}

void ByParts(const Analysis& a, const MemoryGrowth& growth, Sink& sink) {
  const Parts parts = {kCInUse, kCBlocks, kCHeap};
  const double net = growth.Net(parts);
  if (net < std::max(2 * kMiB, 0.03 * static_cast<double>(growth.last().sum)) || !growth.Dominates(parts) ||
      !growth.Steady(parts, 1 * kMiB))
    return;
  const bool walked = growth.first().walked && growth.last().walked;
  Finding f{.id = "native-leak",
            .verdict = model::Verdict::kLeak,
            .confidence = walked ? model::Confidence::kStrong : model::Confidence::kLikely,
            .shape = model::Shape::kUnbounded};
  growth.SetImpact(a, parts, f);
  f.size = fmt::format("RSS {}, of which C code {} {}; that grew by {}{}.",
                       FormatBytes(static_cast<double>(growth.last().sum)), walked ? "has in use" : "has",
                       FormatBytes(growth.Now(parts)), FormatBytes(net), Window(growth.seconds()));
  f.excludes = growth.OthersThan(parts) + ". VIRT says nothing here.";
  if (walked) {
    AddEvidence(growth, f);
  } else {
    f.evidence.push_back(
        {"smaps",
         fmt::format("C heap {} -> {}", FormatBytes(growth.Now(parts) - net), FormatBytes(growth.Now(parts))),
         "/proc/PID/smaps", growth.last_snapshot()});
    f.lift =
        "a walk of malloc's arenas, which tells a leak from freed memory that malloc keeps: seep diagnose "
        "PID, "
        "as the user of the process or root";
  }
  f.curves = {
      growth.CurveOf("RSS", {kGoObjects, kGoGaps, kGoIdle, kGoHeap, kGoStacks, kGoRecords, kCInUse, kCBlocks,
                             kCFree, kCTop, kCHeap, kThreadStacks, kData, kFiles, kShared, kSampler, kOther}),
      growth.CurveOf("C heap in use", parts)};
  AddWho(a, growth.Lasting(), f);
  sink.Report(std::move(f));
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

// From RssAnon and MemStats alone.
void ByRss(const Analysis& a, Sink& sink) {
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
  const double threads = Change(first.threads, last.threads);
  if (threads >= 4 && threads * 64 * 1024 > 0.5 * native) return;

  std::vector<double> t;
  std::vector<double> value;
  for (const MemoryView* v : views) {
    t.push_back(a.timeline.seconds[v->snapshot]);
    value.push_back(*v->native);
  }
  if (TrendOf(t, value, 1 * kMiB) != Trend::kGrowing) return;

  Finding f{.id = "native-leak",
            .verdict = model::Verdict::kLeak,
            .confidence = model::Confidence::kLikely,
            .shape = model::Shape::kUnbounded};
  f.impact.rss_bytes = static_cast<uint64_t>(*last.native);
  const double seconds = a.timeline.timed ? t.back() - t.front() : 0;
  if (seconds > 0) {
    f.impact.per_hour["rss_bytes"] = native / seconds * 3600;
    if (a.account.limit)
      f.impact.limit_in_seconds = std::max(0.0, (*a.account.limit - *last.rss) / (native / seconds));
  }
  f.size =
      fmt::format("RSS {} of which at least {} is not Go's; it grew by {}{} while Go's share changed by {}.",
                  FormatBytes(*last.rss), FormatBytes(*last.native), FormatBytes(native), Window(seconds),
                  FormatBytes(go));
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
  f.lift = "/proc/PID/smaps at both moments: it shows which mappings grew";
  AddCurves(a, f);
  AddWho(a, views.size() >= kLasting, f);
  sink.Report(std::move(f));
}

void Run(const Analysis& a, Sink& sink) {
  const MemoryGrowth growth(a);
  if (growth.known())
    ByParts(a, growth, sink);
  else
    ByRss(a, sink);
}

}  // namespace

extern const Detector detector_native_leak;
constinit const Detector detector_native_leak = {"native-leak", Need::kRss, &Run};

}  // namespace seep::detect

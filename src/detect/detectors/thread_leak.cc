// OS threads that never go: goroutines locked to a thread, blocking cgo or system calls, DNS through libc.
//
// Fires when the kernel's thread count keeps growing beyond what GOMAXPROCS and a few blocked calls explain.
// Quiet for a level, however high: Go keeps idle threads for ever, by design (golang/go#14592).
#include <fmt/format.h>

#include "base/text.h"
#include "base/time.h"
#include "detect/detector.h"
#include "detect/memory_growth.h"

namespace seep::detect {
namespace {

void Run(const Analysis& a, Sink& sink) {
  std::vector<double> t;
  std::vector<double> threads;
  for (const MemoryView& v : a.account.views) {
    if (!v.threads) continue;
    t.push_back(a.timeline.seconds[v.snapshot]);
    threads.push_back(*v.threads);
  }
  if (threads.size() < 2 || TrendOf(t, threads, 8) != Trend::kGrowing || threads.back() < 50) return;
  const double net = threads.back() - threads.front();
  model::Finding f{.id = "thread-leak",
                   .verdict = model::Verdict::kLeak,
                   .confidence = model::Confidence::kLikely,
                   .shape = model::Shape::kUnbounded};
  // Locked goroutines of one line, as many as threads: that is who holds them.
  for (const Pile& pile : a.piles.piles) {
    const Growth growth = MeasureGrowth(pile, a.piles, a.timeline);
    if (pile.locked * 2 < pile.newest() || growth.net < 0.5 * net || !growth.nobody_leaves) continue;
    f.confidence = model::Confidence::kStrong;
    if (pile.site)
      f.where.push_back(a.At(model::Role::kBlocked, pile.site,
                             fmt::format("{} locked to a thread each", Plural(pile.locked, "goroutine"))));
    if (pile.creator && a.frames.IsUser(pile.creator))
      f.where.push_back(a.At(model::Role::kCreator, pile.creator, "started by the go statement here"));
    f.impact.goroutines = pile.newest();
    f.stacks = pile.stacks;
    break;
  }
  if (threads.size() >= 4) f.confidence = model::Confidence::kStrong;
  // Two counts are those of a burst of blocked calls as well, after which Go keeps its threads.
  if (threads.size() < kLasting && f.confidence != model::Confidence::kStrong) {
    f.verdict = model::Verdict::kWatch;
    f.shape = model::Shape::kUnknown;
    f.lift = "a longer look (--samples 5): whether it goes on";
  }
  const double seconds = a.timeline.timed ? t.back() - t.front() : 0;
  if (seconds > 0) f.impact.per_hour["threads"] = net / seconds * 3600;
  f.size = fmt::format("{} threads became {}{}.", FormatCount(static_cast<uint64_t>(threads.front())),
                       FormatCount(static_cast<uint64_t>(threads.back())),
                       seconds > 0 ? " in " + FormatDuration(FromSeconds(seconds)) : "");
  f.evidence.push_back({"threads", f.size, "/proc/PID/status", -1});
  if (const MemoryGrowth memory(a); memory.known()) {
    const Parts stacks = {model::MemoryPart::kThreadStacks};
    f.evidence.push_back({"smaps",
                          fmt::format("stacks of threads: {} resident ({})", FormatBytes(memory.Now(stacks)),
                                      SignedBytes(memory.Net(stacks))),
                          "/proc/PID/smaps", memory.last_snapshot()});
    f.excludes = memory.OthersThan(stacks) + ".";
  }
  model::Curve curve{"threads", "threads", {}};
  for (size_t i = 0; i < t.size(); ++i) curve.points.emplace_back(t[i], threads[i]);
  f.curves.push_back(std::move(curve));
  sink.Report(std::move(f));
}

}  // namespace

extern const Detector detector_thread_leak;
constinit const Detector detector_thread_leak = {"thread-leak", Need::kRss, &Run};

}  // namespace seep::detect

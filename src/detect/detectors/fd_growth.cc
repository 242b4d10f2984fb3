// File descriptors that only grow and that no other finding explains: files, pipes, sockets nobody reads.
//
// Fires when descriptors of one kind grow and the old ones stay. Sockets count only where their goroutines
// say nothing. Quiet for sockets that HTTP, SQL and the like account for (their own findings do), and for a
// level.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"
#include "base/time.h"
#include "detect/detector.h"

namespace seep::detect {
namespace {

using model::FdKind;

struct Kind {
  FdKind kind;
  const char* name;
};
constexpr std::array<Kind, 5> kKinds = {{{FdKind::kFile, "file"},
                                         {FdKind::kPipe, "pipe"},
                                         {FdKind::kInotify, "inotify watch"},
                                         {FdKind::kEventFd, "eventfd"},
                                         {FdKind::kOther, "descriptor"}}};

uint64_t CountOf(const NetworkView& view, FdKind kind) {
  const auto it = view.fds.find(kind);
  return it == view.fds.end() ? 0 : it->second;
}

// Descriptors (number and what they point to) of one kind in both snapshots.
uint64_t Stayed(const model::Snapshot& before, const model::Snapshot& after, FdKind kind) {
  std::set<std::pair<int32_t, StringId>> first;
  for (const model::Fd& fd : *before.fds)
    if (fd.kind == kind) first.emplace(fd.number, fd.target);
  return static_cast<uint64_t>(std::ranges::count_if(*after.fds, [&](const model::Fd& fd) {
    return fd.kind == kind && first.contains({fd.number, fd.target});
  }));
}

std::string Example(const Analysis& a, const model::Snapshot& s, FdKind kind) {
  for (auto fd = s.fds->rbegin(); fd != s.fds->rend(); ++fd)
    if (fd->kind == kind) return Printable(a.stacks.text(fd->target));
  return {};
}

std::optional<double> SecondsToLimit(const Analysis& a, const NetworkView& view, double per_second) {
  const auto& limits = a.series.snapshots[view.snapshot].limits;
  if (!limits || !limits->open_files || per_second <= 0) return std::nullopt;
  return std::max(
      0.0, (static_cast<double>(*limits->open_files) - static_cast<double>(view.fd_total)) / per_second);
}

// Pipes that goroutines of os/exec read are that finding's.
bool ExplainedByExec(const Analysis& a, const Kind& kind, double count) {
  if (kind.kind != FdKind::kPipe) return false;
  double goroutines = 0;
  for (const Pile& pile : a.piles.piles)
    if (pile.pattern != nullptr && pile.pattern->finding == "exec-wait-stuck")
      goroutines += static_cast<double>(pile.newest());
  return goroutines >= 0.4 * count;
}

void Judge(const Analysis& a, const Kind& kind, Sink& sink) {
  const NetworkView& first = a.network.views.front();
  const NetworkView& last = a.network.views.back();
  std::vector<double> t;
  std::vector<double> counts;
  for (const NetworkView& v : a.network.views) {
    t.push_back(a.timeline.seconds[v.snapshot]);
    counts.push_back(static_cast<double>(CountOf(v, kind.kind)));
  }
  if (counts.back() < 50 || ExplainedByExec(a, kind, counts.back()) ||
      TrendOf(t, counts, 8) != Trend::kGrowing)
    return;
  const model::Snapshot& before = a.series.snapshots[first.snapshot];
  const model::Snapshot& after = a.series.snapshots[last.snapshot];
  const auto stayed = static_cast<double>(Stayed(before, after, kind.kind));
  if (stayed < 0.9 * counts.front()) return;  // they come and go
  model::Finding f{.id = "fd-growth",
                   .verdict = model::Verdict::kLeak,
                   .confidence = model::Confidence::kLikely,
                   .shape = model::Shape::kUnbounded};
  if (counts.front() >= 10)
    f.confidence = model::Confidence::kStrong;  // the old ones were there to leave, and did not
  f.impact.fds = CountOf(last, kind.kind);
  const double seconds = a.timeline.timed ? t.back() - t.front() : 0;
  if (seconds > 0) {
    const double rate = (counts.back() - counts.front()) / seconds;
    f.impact.per_hour["fds"] = rate * 3600;
    f.impact.limit_in_seconds = SecondsToLimit(a, last, rate);
  }
  f.title = fmt::format("Open {}s only grow", kind.name);
  f.size = fmt::format("{} became {}{}; {} of the first are still open.",
                       Plural(static_cast<uint64_t>(counts.front()), kind.name),
                       FormatCount(static_cast<uint64_t>(counts.back())),
                       seconds > 0 ? " in " + FormatDuration(FromSeconds(seconds)) : "",
                       FormatCount(static_cast<uint64_t>(stayed)));
  f.evidence.push_back({"fds", fmt::format("for example {}", Example(a, after, kind.kind)), "/proc/PID/fd",
                        static_cast<int>(last.snapshot)});
  model::Curve curve{"descriptors", "fds", {}};
  for (size_t i = 0; i < t.size(); ++i) curve.points.emplace_back(t[i], counts[i]);
  f.curves.push_back(std::move(curve));
  sink.Report(std::move(f));
}

void Run(const Analysis& a, Sink& sink) {
  if (a.network.views.size() < 2) return;
  for (const Kind& kind : kKinds) Judge(a, kind, sink);
}

}  // namespace

extern const Detector detector_fd_growth;
constinit const Detector detector_fd_growth = {"fd-growth", Need::kFds, &Run};

}  // namespace seep::detect

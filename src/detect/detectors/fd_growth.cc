// File descriptors that only grow and that no other finding explains: files, pipes, sockets nobody reads.
//
// Fires when descriptors of one kind grow and the old ones stay. Of sockets only those count that Go's
// network poller does not know, by the runtime's own memory: no goroutine can wait on them. They were opened
// by C code or by package syscall, or are copies that File() made. Quiet for sockets that HTTP, SQL and the
// like account for (their own findings do), and for a level.
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
  bool unpolled = false;  // of these, only what the runtime's poller does not know
};
constexpr double kOldOnes = 10;  // descriptors at the beginning that could have been closed since

constexpr std::array<Kind, 6> kKinds = {{{FdKind::kFile, "file"},
                                         {FdKind::kPipe, "pipe"},
                                         {FdKind::kInotify, "inotify watch"},
                                         {FdKind::kEventFd, "eventfd"},
                                         {FdKind::kOther, "descriptor"},
                                         {FdKind::kSocket, "socket that Go's poller does not know", true}}};

// "sockets that ..."
std::string Many(const Kind& kind) {
  const std::string_view name = kind.name;
  const size_t space = name.find(' ');
  if (!kind.unpolled) return std::string(name) + "s";
  return std::string(name.substr(0, space)) + "s" + std::string(name.substr(space));
}

uint64_t CountOf(const NetworkView& view, const Kind& kind) {
  if (kind.unpolled) return view.unpolled.size();
  const auto it = view.fds.find(kind.kind);
  return it == view.fds.end() ? 0 : it->second;
}

std::vector<const model::Fd*> Those(const Analysis& a, const NetworkView& view, const Kind& kind) {
  const std::set<int32_t> unpolled(view.unpolled.begin(), view.unpolled.end());
  std::vector<const model::Fd*> those;
  for (const model::Fd& fd : *a.series.snapshots[view.snapshot].fds)
    if (fd.kind == kind.kind && (!kind.unpolled || unpolled.contains(fd.number))) those.push_back(&fd);
  return those;
}

// Descriptors (number and what they point to) of one kind in both snapshots.
uint64_t Stayed(const std::vector<const model::Fd*>& before, const std::vector<const model::Fd*>& after) {
  std::set<std::pair<int32_t, StringId>> first;
  for (const model::Fd* fd : before) first.emplace(fd->number, fd->target);
  return static_cast<uint64_t>(std::ranges::count_if(
      after, [&](const model::Fd* fd) { return first.contains({fd->number, fd->target}); }));
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
    counts.push_back(static_cast<double>(CountOf(v, kind)));
  }
  if (counts.back() < 50 || ExplainedByExec(a, kind, counts.back()) ||
      TrendOf(t, counts, 8) != Trend::kGrowing)
    return;
  // The poller's memory is read a moment before the descriptors are listed: what was opened in between looks
  // unknown to it, but only once. So there have to be old ones, and they have to stay.
  if (kind.unpolled && counts.front() < kOldOnes) return;
  const auto after = Those(a, last, kind);
  const auto stayed = static_cast<double>(Stayed(Those(a, first, kind), after));
  if (stayed < 0.9 * counts.front()) return;  // they come and go
  model::Finding f{.id = "fd-growth",
                   .verdict = model::Verdict::kLeak,
                   .confidence = model::Confidence::kLikely,
                   .shape = model::Shape::kUnbounded};
  if (kind.unpolled)
    f.cause =
        "Sockets are opened that Go's network poller never hears of: by C code, by package syscall, or as "
        "copies that File() of a connection or listener makes. No goroutine waits on them, and nobody closes "
        "them.";
  if (counts.front() >= kOldOnes)
    f.confidence = model::Confidence::kStrong;  // the old ones were there to leave, and did not
  f.impact.fds = CountOf(last, kind);
  const double seconds = a.timeline.timed ? t.back() - t.front() : 0;
  if (seconds > 0) {
    const double rate = (counts.back() - counts.front()) / seconds;
    f.impact.per_hour["fds"] = rate * 3600;
    f.impact.limit_in_seconds = SecondsToLimit(a, last, rate);
  }
  f.title = fmt::format("Open {} only grow", Many(kind));
  f.size = fmt::format("{} became {}{}; {} of the first are still open.",
                       Plural(static_cast<uint64_t>(counts.front()), kind.name, Many(kind)),
                       FormatCount(static_cast<uint64_t>(counts.back())),
                       seconds > 0 ? " in " + FormatDuration(FromSeconds(seconds)) : "",
                       FormatCount(static_cast<uint64_t>(stayed)));
  f.evidence.push_back({"fds", fmt::format("for example {}", Printable(a.stacks.text(after.back()->target))),
                        "/proc/PID/fd", static_cast<int>(last.snapshot)});
  model::Curve curve{"descriptors", "fds", {}};
  for (size_t i = 0; i < t.size(); ++i) curve.points.emplace_back(t[i], counts[i]);
  f.curves.push_back(std::move(curve));
  sink.Report(std::move(f));
}

void Run(const Analysis& a, Sink& sink) {
  if (a.network.views.size() < 2) return;
  const bool polled = std::ranges::all_of(a.network.views, &NetworkView::polled);
  for (const Kind& kind : kKinds)
    if (polled || !kind.unpolled) Judge(a, kind, sink);
}

}  // namespace

extern const Detector detector_fd_growth;
constinit const Detector detector_fd_growth = {"fd-growth", Need::kFds, &Run};

}  // namespace seep::detect

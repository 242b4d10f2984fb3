// Response bodies that nobody closes.
//
// Fires when readLoops wait for a body to be finished (readLoop itself on top, in select) and far fewer
// goroutines are reading a body, and such connections come without ever leaving. Quiet for downloads and
// streams in flight: each has a goroutine inside Body.Read. Quiet while the number is held.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "detect/connections.h"
#include "detect/detector.h"
#include "detect/pile_finding.h"

namespace seep::detect {
namespace {

constexpr uint64_t kMany = 10;

// Unread bodies without a reader, by snapshot.
std::vector<uint64_t> Forgotten(const ClientConnections& c) {
  std::vector<uint64_t> counts;
  for (size_t k = 0; k < c.unread.size(); ++k)
    counts.push_back(c.unread[k] > c.readers[k] ? c.unread[k] - c.readers[k] : 0);
  return counts;
}

void Run(const Analysis& a, Sink& sink) {
  const ClientConnections c = GatherClientConnections(a);
  const auto piles = a.piles.Of("http-client-read-body");
  if (piles.empty()) return;
  const auto forgotten = Forgotten(c);
  const uint64_t now = forgotten.back();
  // Between the header's arrival and the first Read a body is nobody's for a moment: that is as many as calls
  // are made at once.
  if (now < kMany || now <= 2 * c.readers.back()) return;
  const Pile& pile = *std::ranges::max(piles, {}, &Pile::newest);
  const Growth growth = MeasureGrowth(pile, a.piles, a.timeline);
  auto judgement = JudgePile(a, pile, growth);
  if (!judgement) return;

  model::Finding f = PileFinding(a, "http-body-not-closed", pile, growth, *judgement);
  f.impact.goroutines = 2 * now;  // readLoop and writeLoop
  f.impact.sockets = now;
  if (growth.per_second) {
    f.impact.per_hour["goroutines"] = 2 * *growth.per_second * 3600;
    f.impact.per_hour["sockets"] = *growth.per_second * 3600;
  }
  f.where.clear();
  const auto owners = FindOwners(a.heaps, f.id, a.knowledge, a.frames, a.matcher, a.HeapWindow());
  if (AddOwners(a, owners, now, f) > 0 && f.confidence == model::Confidence::kLikely) {
    f.confidence = model::Confidence::kStrong;
    f.lift.clear();
  }
  f.excludes = fmt::format("Slow downloads: {} read a body right now, {} bodies wait for a reader.",
                           Plural(c.readers.back(), "goroutine"), FormatCount(now));
  if (f.where.empty())
    f.lift =
        "a heap profile with more samples of it, or the source: which call has a path without Body.Close?";
  sink.Report(std::move(f));
}

}  // namespace

extern const Detector detector_http_body_not_closed;
constinit const Detector detector_http_body_not_closed = {"http-body-not-closed", Need::kGoroutines, &Run};

}  // namespace seep::detect

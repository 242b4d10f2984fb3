// Idle keep-alive connections that a server never ends.
//
// Fires as a fault where a dump shows many that have been idle for ten minutes and more: then there is no
// IdleTimeout, or it is longer. Growth alone may be more clients and makes a `watch` at most. Quiet for a
// level of younger connections.
#include <fmt/format.h>

#include "base/text.h"
#include "detect/detector.h"
#include "detect/pile_finding.h"

namespace seep::detect {
namespace {

constexpr int32_t kIdleMinutes = 10;
constexpr uint64_t kMany = 100;

void Run(const Analysis& a, Sink& sink) {
  for (const Pile& pile : a.piles.piles) {
    if (pile.pattern == nullptr || pile.pattern->finding != "server-idle-connections" ||
        pile.pattern->role != model::Pattern::Role::kPile)
      continue;
    uint64_t aged = 0;
    for (const auto& [minutes, count] : pile.minutes)
      if (minutes >= kIdleMinutes) aged += count;
    if (aged < kMany) {
      if (auto f = JudgedFinding(a, pile)) sink.Report(std::move(*f));
      continue;
    }
    Judgement idle{.verdict = model::Verdict::kFault, .confidence = model::Confidence::kStrong};
    idle.why =
        fmt::format("{} of {} have been idle for {} minutes or more, the oldest for {} minutes.",
                    FormatCount(aged), FormatCount(pile.newest()), kIdleMinutes, pile.minutes.back().first);
    model::Finding f =
        PileFinding(a, "server-idle-connections", pile, MeasureGrowth(pile, a.piles, a.timeline), idle);
    f.size = idle.why;
    JoinSockets(a, pile.newest(), true, f);
    sink.Report(std::move(f));
  }
}

}  // namespace

extern const Detector detector_server_idle_connections;
constinit const Detector detector_server_idle_connections = {"server-idle-connections", Need::kGoroutines,
                                                             &Run};

}  // namespace seep::detect

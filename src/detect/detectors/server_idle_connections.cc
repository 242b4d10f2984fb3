// Idle keep-alive connections that a server never ends.
//
// Fires as a fault where a dump shows many that have been idle for ten minutes and more, or the kernel many
// over which no byte went for as long: then there is no IdleTimeout, or it is longer. Which of the two is
// read in the runtime's memory: IdleTimeout is a read deadline. Growth alone may be more clients and makes a
// `watch` at most. Quiet for a level of younger connections, and where deadlines are armed.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "detect/detector.h"
#include "detect/pile_finding.h"
#include "detect/pile_sockets.h"

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
    const PileSockets own = SocketsOf(a, pile);
    if (own.Bounded()) continue;
    const uint64_t silent = own.Silent(kIdleMinutes * 60 * 1000);
    if (std::max(aged, silent) < kMany) {
      if (auto f = JudgedFinding(a, pile)) sink.Report(std::move(*f));
      continue;
    }
    Judgement idle{.verdict = model::Verdict::kFault, .confidence = model::Confidence::kStrong};
    if (silent >= kMany) {
      idle.confidence = model::Confidence::kProved;
      idle.why =
          fmt::format("{} of {} have carried no byte for {} minutes or more, and no deadline is armed.",
                      FormatCount(silent), FormatCount(pile.newest()), kIdleMinutes);
    } else {
      idle.why =
          fmt::format("{} of {} have been idle for {} minutes or more, the oldest for {} minutes.",
                      FormatCount(aged), FormatCount(pile.newest()), kIdleMinutes, pile.minutes.back().first);
    }
    model::Finding f =
        PileFinding(a, "server-idle-connections", pile, MeasureGrowth(pile, a.piles, a.timeline), idle);
    f.size = idle.why;
    if (!JoinOwnSockets(a, pile, f)) JoinSockets(a, pile.newest(), true, f);
    sink.Report(std::move(f));
  }
}

}  // namespace

extern const Detector detector_server_idle_connections;
constinit const Detector detector_server_idle_connections = {"server-idle-connections", Need::kGoroutines,
                                                             &Run};

}  // namespace seep::detect

// SSH handshakes that wait for ever: ssh.ClientConfig.Timeout covers the TCP dial, not the version exchange
// after it.
//
// Fires on goroutines in the handshake's reads that nobody leaves, joined to their sockets. In one snapshot
// too: a handshake takes a second, so minutes of waiting printed beside it, or two minutes without a byte on
// the very connection, are proof enough. That no deadline is armed is read in the runtime's memory where it
// can be. Quiet while handshakes come and go, and where a deadline is armed.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "detect/detector.h"
#include "detect/pile_finding.h"
#include "detect/pile_sockets.h"

namespace seep::detect {
namespace {

constexpr int32_t kStuckMinutes = 2;
constexpr uint32_t kStuckMs = kStuckMinutes * 60 * 1000;

// Goroutines that have waited for minutes in a step of one second.
uint64_t Aged(const Pile& pile) {
  uint64_t aged = 0;
  for (const auto& [minutes, count] : pile.minutes)
    if (minutes >= kStuckMinutes) aged += count;
  return aged;
}

void AddAge(const Pile& pile, model::Finding& f) {
  const uint64_t aged = Aged(pile);
  if (aged == 0) return;
  f.evidence.push_back(
      {"ages",
       fmt::format("{} have waited {} minutes or more, the oldest at least {} minutes", FormatCount(aged),
                   kStuckMinutes, FormatCount(static_cast<uint64_t>(pile.minutes.back().first))),
       "", -1});
}

void Run(const Analysis& a, Sink& sink) {
  for (const Pile& pile : a.piles.piles) {
    if (pile.pattern == nullptr || pile.pattern->finding != "ssh-handshake-no-deadline" ||
        pile.pattern->role != model::Pattern::Role::kPile)
      continue;
    const PileSockets own = SocketsOf(a, pile);
    if (own.Bounded()) continue;
    const uint64_t aged = std::max(Aged(pile), own.Silent(kStuckMs));
    auto f = JudgedFinding(a, pile);
    if (!f && aged < 3) continue;
    if (!f || (f->verdict == model::Verdict::kWatch && aged >= 3)) {
      const Growth growth = MeasureGrowth(pile, a.piles, a.timeline);
      Judgement stuck{.verdict = model::Verdict::kFault, .confidence = model::Confidence::kStrong};
      stuck.why = fmt::format("{} of {} have stood in a handshake for minutes.", FormatCount(aged),
                              FormatCount(pile.newest()));
      f = PileFinding(a, "ssh-handshake-no-deadline", pile, growth, stuck);
      if (!JoinOwnSockets(a, pile, *f)) JoinSockets(a, pile.newest(), false, *f);
    }
    if (f->verdict != model::Verdict::kWatch && own.for_ever * 10 >= pile.newest() * 9)
      f->confidence = model::Confidence::kProved;
    AddAge(pile, *f);
    sink.Report(std::move(*f));
  }
}

}  // namespace

extern const Detector detector_ssh_handshake_no_deadline;
constinit const Detector detector_ssh_handshake_no_deadline = {"ssh-handshake-no-deadline", Need::kGoroutines,
                                                               &Run};

}  // namespace seep::detect

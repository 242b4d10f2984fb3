// Reads on connections this process dialled, without a deadline: a silent peer holds the goroutine for ever.
//
// Fires when, over at least twenty seconds, not one of the readers came back while others joined them, and
// the kernel shows as many dialled connections. Fires at once where the runtime's own memory shows that no
// deadline is armed, the kernel that no byte came for ten minutes, and that nothing probes the peer: nothing
// can end these reads. Connections that clients opened make a `watch` at most: more clients look the same.
// Quiet while reads come and go, for a level, for subscribers whose keepalive is on, and where deadlines are
// armed.
#include <fmt/format.h>

#include "base/text.h"
#include "base/time.h"
#include "detect/detector.h"
#include "detect/pile_finding.h"
#include "detect/pile_sockets.h"

namespace seep::detect {
namespace {

constexpr double kLongLook = 20;  // seconds: a read may rightly take some
constexpr uint32_t kSilentMs = 10 * 60 * 1000;
constexpr uint64_t kFew = 3;

bool Dialled(const Analysis& a, const Pile& pile, const PileSockets& own) {
  if (!own.sockets.empty()) return own.dialled * 2 >= own.sockets.size();
  return a.network.sockets && FindSockets(a.network.views.back(), pile.newest(), false).has_value();
}

bool NearlyAll(uint64_t part, uint64_t whole) {
  return whole > 0 && part * 10 >= whole * 9;
}

// Reads that neither a deadline nor a probe of the peer can end, on connections that have been silent.
uint64_t Unending(const PileSockets& own) {
  uint64_t n = 0;
  for (const OwnSocket* s : own.sockets)
    n += !s->accepted && WaitsForEver(*s) && QuietMs(*s).value_or(0) >= kSilentMs && KeepaliveOff(*s);
  return n;
}

std::optional<Judgement> Judge(const Analysis& a, const Pile& pile, const Growth& growth,
                               const PileSockets& own) {
  const bool proved = NearlyAll(own.for_ever, pile.newest());
  const bool stuck = growth.nobody_leaves && growth.somebody_comes && growth.seconds >= kLongLook;
  if (stuck && Dialled(a, pile, own))
    return Judgement{.verdict = model::Verdict::kLeak,
                     .confidence = proved ? model::Confidence::kProved : model::Confidence::kStrong,
                     .shape = model::Shape::kUnbounded,
                     .why = DescribeLives(pile, growth, "goroutines")};
  const uint64_t unending = Unending(own);
  if (unending < kFew) return std::nullopt;
  return Judgement{
      .verdict = model::Verdict::kFault,
      .confidence = model::Confidence::kProved,
      .why = fmt::format("{} of {} wait on connections that have been silent for {} and more; nothing "
                         "can end the wait.",
                         FormatCount(unending), FormatCount(pile.newest()),
                         FormatDuration(FromSeconds(kSilentMs / 1000.0)))};
}

void Run(const Analysis& a, Sink& sink) {
  for (const Pile& pile : a.piles.piles) {
    if (pile.pattern == nullptr || pile.pattern->finding != "conn-read-no-deadline" ||
        pile.pattern->role != model::Pattern::Role::kPile)
      continue;
    const PileSockets own = SocketsOf(a, pile);
    if (own.Bounded()) continue;
    const Growth growth = MeasureGrowth(pile, a.piles, a.timeline);
    const auto judgement = Judge(a, pile, growth, own);
    if (!judgement) {
      if (auto f = JudgedFinding(a, pile)) sink.Report(std::move(*f));
      continue;
    }
    model::Finding f = PileFinding(a, "conn-read-no-deadline", pile, growth, *judgement);
    if (!JoinOwnSockets(a, pile, f)) JoinSockets(a, pile.newest(), false, f);
    sink.Report(std::move(f));
  }
}

}  // namespace

extern const Detector detector_conn_read_no_deadline;
constinit const Detector detector_conn_read_no_deadline = {"conn-read-no-deadline", Need::kGoroutines, &Run};

}  // namespace seep::detect

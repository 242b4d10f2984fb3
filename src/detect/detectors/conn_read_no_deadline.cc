// Reads on connections this process dialled, without a deadline: a silent peer holds the goroutine for ever.
//
// Fires when, over at least twenty seconds, not one of the readers came back while others joined them, and
// the kernel shows as many dialled connections. Connections that clients opened make a `watch` at most: more
// clients look the same. Quiet while reads come and go, and for a level.
#include "detect/detector.h"
#include "detect/pile_finding.h"

namespace seep::detect {
namespace {

constexpr double kLongLook = 20;  // seconds: a read may rightly take some

bool Dialled(const Analysis& a, const Pile& pile) {
  return a.network.sockets && FindSockets(a.network.views.back(), pile.newest(), false).has_value();
}

void Run(const Analysis& a, Sink& sink) {
  for (const Pile& pile : a.piles.piles) {
    if (pile.pattern == nullptr || pile.pattern->finding != "conn-read-no-deadline" ||
        pile.pattern->role != model::Pattern::Role::kPile)
      continue;
    const Growth growth = MeasureGrowth(pile, a.piles, a.timeline);
    const bool stuck = growth.nobody_leaves && growth.somebody_comes && growth.seconds >= kLongLook;
    if (!stuck || !Dialled(a, pile)) {
      if (auto f = JudgedFinding(a, pile)) sink.Report(std::move(*f));
      continue;
    }
    const Judgement leak{.verdict = model::Verdict::kLeak,
                         .confidence = model::Confidence::kStrong,
                         .shape = model::Shape::kUnbounded,
                         .why = DescribeLives(pile, growth, "goroutines")};
    model::Finding f = PileFinding(a, "conn-read-no-deadline", pile, growth, leak);
    JoinSockets(a, pile.newest(), false, f);
    sink.Report(std::move(f));
  }
}

}  // namespace

extern const Detector detector_conn_read_no_deadline;
constinit const Detector detector_conn_read_no_deadline = {"conn-read-no-deadline", Need::kGoroutines, &Run};

}  // namespace seep::detect

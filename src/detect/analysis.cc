#include "detect/analysis.h"

#include "base/text.h"

namespace seep::detect {

Analysis::Analysis(const model::Series& the_series, const model::StackTable& the_stacks,
                   const model::Knowledge& the_knowledge)
    : series(the_series),
      stacks(the_stacks),
      knowledge(the_knowledge),
      frames(stacks, knowledge),
      matcher(frames, knowledge.patterns),
      timeline(MakeTimeline(series)),
      piles(GatherPiles(series, frames, matcher)),
      heaps(GatherHeaps(series, frames)),
      network(GatherNetwork(series)),
      account(GatherAccount(series, stacks)) {}

double Analysis::GoroutineWindow() const {
  if (!timeline.timed || piles.snapshots.size() < 2) return 0;
  return timeline.Between(piles.snapshots.front(), piles.snapshots.back());
}

double Analysis::HeapWindow() const {
  if (!timeline.timed || heaps.snapshots.size() < 2) return 0;
  return timeline.Between(heaps.snapshots.front(), heaps.snapshots.back());
}

double Analysis::AcceptedGrowth() const {
  double by_goroutines = 0;
  for (const char* id :
       {"http-server-conn", "http-server-handler", "http2-server-conn", "grpc-server-transport"}) {
    const auto counts = piles.Counts(id);
    if (counts.size() > 1)
      by_goroutines += static_cast<double>(counts.back()) - static_cast<double>(counts.front());
  }
  if (!network.sockets || network.views.size() < 2) return by_goroutines;
  return std::max(by_goroutines, static_cast<double>(network.views.back().Established(true)) -
                                     static_cast<double>(network.views.front().Established(true)));
}

std::optional<double> Analysis::Uptime() const {
  const auto& at = series.snapshots.back().at;
  if (!at || !series.process.started || *series.process.started > *at) return std::nullopt;
  return Seconds(*at - *series.process.started);
}

model::Location Analysis::At(model::Role role, model::FrameId frame, std::string why) const {
  return {role, Printable(stacks.function(frame)), Printable(stacks.file(frame)), stacks.line(frame),
          std::move(why)};
}

}  // namespace seep::detect

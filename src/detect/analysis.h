// Everything detectors share, worked out once per series: piles, live heap by user line, sockets, the memory
// account. Values only; detectors read it and never change it.
#pragma once

#include <memory>

#include "detect/account.h"
#include "detect/frames.h"
#include "detect/growth.h"
#include "detect/heap.h"
#include "detect/matcher.h"
#include "detect/network.h"
#include "detect/piles.h"
#include "detect/timeline.h"
#include "model/finding.h"
#include "model/knowledge.h"
#include "model/snapshot.h"

namespace seep::detect {

struct Analysis {
  Analysis(const model::Series& the_series, const model::StackTable& the_stacks,
           const model::Knowledge& the_knowledge);

  const model::Series& series;
  const model::StackTable& stacks;
  const model::Knowledge& knowledge;
  Frames frames;
  Matcher matcher;
  Timeline timeline;
  Piles piles;
  Heaps heaps;
  Network network;
  Account account;

  // Seconds between the first and the last snapshot with goroutines (heaps); 0 when unknown.
  double GoroutineWindow() const;
  double HeapWindow() const;
  // Connections the process accepted: how much of a growth may just be more clients.
  double AcceptedGrowth() const;
  // Uptime at the newest snapshot, if the start is known.
  std::optional<double> Uptime() const;

  model::Location At(model::Role role, model::FrameId frame, std::string why) const;
};

}  // namespace seep::detect

// Fragments -> snapshots -> series: which evidence is about the same process, which about the same moment,
// where a process was restarted in between. The one place that decides what belongs together.
#pragma once

#include <string>
#include <vector>

#include "model/snapshot.h"

namespace seep::assemble {

// A fragment with what is known of its origin beyond its content.
struct Piece {
  model::Snapshot fragment;
  std::string name;              // artifact name: "heap_cur.txt"
  std::string target;            // capture's target; empty for loose files
  int round = -1;                // capture's round; -1 for loose files
  int package = 0;               // which bundle it came in; 0 = none
  std::optional<Time> modified;  // file time
  size_t order = 0;              // position on the command line
};

struct Assembled {
  std::vector<model::Series> series;  // one per process, in order of first appearance
  std::vector<model::Gap> gaps;       // pieces that could not be placed
};

// Loose pieces are grouped by identity (build id, main binary, pid), then into moments by their own time,
// else file time, else order: a new snapshot begins where a kind of evidence repeats or the gap is larger
// than a capture takes.
Assembled Assemble(std::vector<Piece> pieces);

}  // namespace seep::assemble

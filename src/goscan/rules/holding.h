// Follows one thing that was taken along every path of the function that took it: which paths give it back,
// which hand it on to somebody else, and which lose it.
#pragma once

#include <string>
#include <vector>

#include "goscan/rules/analysis.h"

namespace seep::goscan {

// A call or literal that takes a resource.
struct Site {
  uint32_t function = 0;
  uint32_t block = 0;  // of the function's graph
  uint32_t item = 0;   // in the block
  NodeId origin;       // CallExpr or CompositeLit
  const model::ScanResource* resource = nullptr;
  uint32_t result = 0;
  Hold hold = Hold::kWhole;
  bool by_summary = false;  // a function of the module hands it out
  bool by_type = false;     // only the result's type says so
  HandedOut handed;         // by_summary: where it is made
};

struct Loss {
  enum Kind : uint8_t {
    kReturn,     // a return without giving it back; at: the statement
    kEnd,        // the end of the body; at: the body
    kDropped,    // nobody ever holds it; at: the item
    kReplaced,   // the last variable that holds it gets another value; at: the statement
    kNextRound,  // it is taken again while it is held; at: the origin
  } kind = kReturn;
  NodeId at;
  std::vector<std::pair<NodeId, bool>> decided;  // conditions on the way, and whether they held
};

// Where it is given back, and by which names it was known there.
struct GivenBack {
  uint32_t block = 0;
  uint32_t item = 0;
  std::vector<uint32_t> names;
};

struct Outcome {
  std::vector<Loss> losses;                         // one for each place, shortest way first
  bool released = false;                            // on some path
  bool kept = false;                                // on some path somebody else has it
  bool unclear = false;                             // kept, by something that is not known
  bool stored = false;                              // kept, in a field, an element or a list
  bool gave_up = false;                             // too many paths
  NodeId defer_in_loop;                             // given back by this defer, in the loop that takes it
  std::vector<std::pair<uint32_t, Hold>> returned;  // as which results
  std::vector<GivenBack> given_back;                // of what this function takes itself; the first few
};

Outcome Follow(Analysis& analysis, const Site& site);
// The same for what comes in by a parameter.
Outcome FollowParameter(Analysis& analysis, uint32_t function, uint32_t var,
                        const model::ScanResource& resource, Hold hold);

}  // namespace seep::goscan

// Who holds the resource at a point of a path, and what is known there.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "goscan/rules/analysis.h"

namespace seep::goscan {

// A condition that was decided on the path: its text, and the variables it depends on.
struct Fact {
  uint64_t text = 0;
  bool holds = true;
  uint32_t vars[3] = {};
};

struct HoldState {
  std::vector<std::pair<uint32_t, Hold>> holders;  // by variable, sorted
  bool in_place = false;                           // held by a receiver, named by its text: s.mu
  uint32_t error = 0;    // the variable that says whether it was taken at all; 0: that is known
  uint32_t verdict = 0;  // holds only where there was an error: the result of a function that was given it
  std::vector<Fact> facts;

  bool Holds() const { return in_place || !holders.empty(); }
  Hold Of(uint32_t var) const {
    for (const auto& [v, hold] : holders)
      if (v == var) return hold;
    return Hold::kNone;
  }
  void Set(uint32_t var, Hold hold);
  void Drop(uint32_t var);
  void Assigned(uint32_t var);  // what was known of it no longer holds
  // All of it as bytes, for telling states apart.
  std::string Text(uint32_t block) const;
};

}  // namespace seep::goscan

#include "goscan/rules/holding_state.h"

#include <algorithm>

namespace seep::goscan {

void HoldState::Set(uint32_t var, Hold hold) {
  const auto at = std::ranges::lower_bound(holders, var, {}, &std::pair<uint32_t, Hold>::first);
  if (at != holders.end() && at->first == var) {
    at->second = hold;
  } else {
    holders.insert(at, {var, hold});
  }
}

void HoldState::Drop(uint32_t var) {
  std::erase_if(holders, [&](const auto& holder) { return holder.first == var; });
}

void HoldState::Assigned(uint32_t var) {
  if (error == var) error = 0;
  if (verdict == var) verdict = 0;
  std::erase_if(facts,
                [&](const Fact& fact) { return std::ranges::find(fact.vars, var) != std::end(fact.vars); });
}

std::string HoldState::Text(uint32_t block) const {
  std::string text;
  const auto add = [&](uint64_t value) { text.append(reinterpret_cast<const char*>(&value), sizeof value); };
  add(block);
  add(static_cast<uint64_t>(error) << 1 | static_cast<uint64_t>(in_place));
  add(verdict);
  for (const auto& [var, hold] : holders) add(static_cast<uint64_t>(var) << 8 | static_cast<uint64_t>(hold));
  for (const Fact& fact : facts) add(fact.text ^ static_cast<uint64_t>(fact.holds));
  return text;
}

}  // namespace seep::goscan

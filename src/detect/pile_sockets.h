// The very sockets that the goroutines of a pile wait on: goroutine -> poll descriptor -> descriptor ->
// socket. Only where the runtime's poll descriptors are known; elsewhere equal numbers are all there is
// (JoinSockets).
#pragma once

#include <cstdint>
#include <vector>

#include "detect/analysis.h"

namespace seep::detect {

struct PileSockets {
  std::vector<const OwnSocket*> sockets;  // of the newest view
  uint64_t for_ever = 0;                  // waits without a deadline
  uint64_t ending = 0;                    // waits that a deadline ends within kSoonMs
  uint64_t dialled = 0;
  uint64_t keepalive_off = 0, unanswered = 0;
  const OwnSocket* quietest = nullptr;  // of those whose silence is known, else the first

  // Goroutines that wait without a deadline on a connection that has been silent for `ms`.
  uint64_t Silent(uint32_t ms) const;
  // Nearly all waits end by themselves: a pile of them is held by that time, however large it is.
  bool Bounded() const { return !sockets.empty() && ending * 10 >= sockets.size() * 9; }
};

constexpr uint64_t kSoonMs = 10 * 60 * 1000;

PileSockets SocketsOf(const Analysis& analysis, const Pile& pile);

// Adds them to the finding: how many, to whom, the quietest one in full. False, and nothing is added, unless
// nearly all goroutines of the pile are joined: then equal numbers say more (JoinSockets).
bool JoinOwnSockets(const Analysis& analysis, const Pile& pile, model::Finding& finding);

}  // namespace seep::detect

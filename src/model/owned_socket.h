// A socket with everything the evidence of one moment says of it: the descriptor, its keepalive settings, and
// the goroutine that waits on it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "model/goroutine.h"
#include "model/net.h"

namespace seep::model {

struct OwnedSocket {
  Socket socket;
  int32_t fd = -1;
  bool accepted = false;               // local port is one the process listens on
  std::optional<Keepalive> keepalive;  // where the socket itself was asked
  std::optional<PollDescriptor> poll;  // what Go's poller knows of the descriptor
  // The goroutine parked on it; 0: none, or not known.
  uint64_t goid = 0;
  bool writes = false;   // it waits to write
  int32_t minutes = -1;  // it has waited, at least; -1: not known
  StackId stack;         // where it stands
};

enum class KeepaliveState : uint8_t { kUnknown, kOff, kOn };
// By the socket's own word where it was asked, else by the kernel's timers: a connection with SO_KEEPALIVE
// that has nothing under way always has its keepalive timer armed (net/ipv4/tcp_timer.c), so that none proves
// it off. Other timers hide it.
KeepaliveState KeepaliveOf(const OwnedSocket& socket);

// The wait on it has no end of its own: somebody is parked on the descriptor, and no deadline is armed.
// Proved by the runtime's own memory.
bool WaitsForEver(const OwnedSocket& socket);

// Milliseconds without a byte either way; nothing where the kernel was not asked.
std::optional<uint32_t> QuietMs(const OwnedSocket& socket);

// "10.0.0.5:43210 -> 10.0.3.7:22 ESTABLISHED, keepalive off, last byte received 41 h ago"
std::string DescribeConnection(const OwnedSocket& socket);
// "blocked 41 h, read on fd 37 without a deadline"; "no goroutine waits on fd 37"; "fd 37".
std::string DescribeWait(const OwnedSocket& socket);

}  // namespace seep::model

// The process's own sockets and descriptors, over time: /proc/PID/net/tcp joined with /proc/PID/fd by inode.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model/snapshot.h"

namespace seep::detect {

struct OwnSocket {
  model::Socket socket;
  int32_t fd = -1;
  bool accepted = false;  // local port is one the process listens on
};

struct NetworkView {
  size_t snapshot = 0;
  std::vector<OwnSocket> sockets;   // without listeners
  std::vector<uint16_t> listening;  // ports
  std::map<model::Endpoint, uint64_t>
      time_wait;  // by remote; of the whole network namespace: TIME_WAIT has no owner
  std::map<model::FdKind, uint64_t> fds;
  uint64_t fd_total = 0;

  // Sockets the process dialled (or accepted) that are ESTABLISHED.
  uint64_t Established(bool accepted) const;
};

// Sockets that belong together: one peer, or one remote port whatever the peer (or one listening port for
// accepted ones).
struct SocketGroup {
  std::string name;  // "10.0.0.7:22", "port 22 of 14 peers", "accepted on port 8080"
  std::vector<const OwnSocket*> sockets;
  uint64_t keepalive_off = 0;  // ESTABLISHED, nothing outstanding, no timer: SO_KEEPALIVE is off for certain
  uint64_t unanswered = 0;     // retransmitting or probing in vain
};
// Of all ways to group the ESTABLISHED sockets, the group whose size comes nearest to `count`, within 10 %
// (at least 2).
std::optional<SocketGroup> FindSockets(const NetworkView& view, uint64_t count, bool accepted);

// ESTABLISHED with nothing in flight and no timer armed: a socket with SO_KEEPALIVE always has one
// (net/ipv4/tcp_timer.c).
bool KeepaliveOff(const model::Socket& socket);
// Sent and asked in vain: three retransmissions or two probes without an answer.
bool Unanswered(const model::Socket& socket);

struct Network {
  std::vector<NetworkView> views;  // snapshots that carry fds (and sockets)
  bool sockets = false;            // the newest view has sockets
};
Network GatherNetwork(const model::Series& series);

}  // namespace seep::detect

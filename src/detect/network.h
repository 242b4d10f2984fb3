// The process's own sockets and descriptors, over time: the kernel's table joined with /proc/PID/fd by inode,
// with the runtime's poll descriptors by descriptor, and through these with goroutines by goid.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "model/owned_socket.h"
#include "model/snapshot.h"

namespace seep::detect {

using OwnSocket = model::OwnedSocket;

struct NetworkView {
  size_t snapshot = 0;
  std::vector<OwnSocket> sockets;   // without listeners
  std::vector<uint16_t> listening;  // ports
  std::map<model::Endpoint, uint64_t>
      time_wait;  // by remote; of the whole network namespace: TIME_WAIT has no owner
  std::map<model::FdKind, uint64_t> fds;
  uint64_t fd_total = 0;
  bool polled = false;            // all of the runtime's poll descriptors are known
  std::vector<int32_t> unpolled;  // socket descriptors the runtime's poller does not know; only if `polled`
  std::string source;             // of the sockets, for evidence: "sock_diag", "/proc/PID/net/tcp"

  // Sockets the process dialled (or accepted) that are ESTABLISHED.
  uint64_t Established(bool accepted) const;
};

// Sockets that belong together: one peer, or one remote port whatever the peer (or one listening port for
// accepted ones).
struct SocketGroup {
  std::string name;  // "10.0.0.7:22", "port 22 of 14 peers", "accepted on port 8080"
  std::vector<const OwnSocket*> sockets;
  uint64_t keepalive_off = 0;  // for certain
  uint64_t unanswered = 0;     // retransmitting or probing in vain
};
// Of all ways to group the ESTABLISHED sockets, the group whose size comes nearest to `count`, within 10 %
// (at least 2).
std::optional<SocketGroup> FindSockets(const NetworkView& view, uint64_t count, bool accepted);

bool KeepaliveOff(const OwnSocket& socket);  // known to be off, on an ESTABLISHED connection
// Sent and asked in vain: three retransmissions or two probes without an answer.
bool Unanswered(const model::Socket& socket);

// Sockets over which a byte went between the two views, by cookie.
std::set<uint64_t> MovedSince(const NetworkView& before, const NetworkView& now);
// Somebody at the other end acknowledged something within `seconds` before the newer view.
bool Answers(const OwnSocket& socket, double seconds);

struct Network {
  std::vector<NetworkView> views;  // snapshots that carry fds (and sockets)
  bool sockets = false;            // the newest view has sockets
};
Network GatherNetwork(const model::Series& series);
// One snapshot with fds.
NetworkView GatherView(const model::Snapshot& snapshot, size_t index);

}  // namespace seep::detect

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
  std::vector<OwnSocket> sockets;          // without listeners
  std::vector<uint16_t> listening;         // ports
  std::map<model::Endpoint, uint64_t> time_wait;  // by remote; of the whole network namespace: TIME_WAIT has no owner
  std::map<model::FdKind, uint64_t> fds;
  uint64_t fd_total = 0;

  // Sockets the process dialled (or accepted) that are ESTABLISHED.
  uint64_t Established(bool accepted) const;
};

struct Network {
  std::vector<NetworkView> views;          // snapshots that carry fds (and sockets)
  bool sockets = false;                    // the newest view has sockets
};
Network GatherNetwork(const model::Series& series);

}  // namespace seep::detect

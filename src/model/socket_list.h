// What `seep sockets` lists: the sockets of one process with their owners, and groups of those that are
// alike.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/owned_socket.h"
#include "model/snapshot.h"

namespace seep::model {

struct ListedSockets {
  std::string
      peer;  // "10.0.3.7:22", "port 22 of 14 peers", "clients of port 8080"; "" where groups ignore it
  std::optional<TcpState> state;  // nothing where groups ignore it
  FrameId site;  // where their goroutines stand, by the user's line; 0: nobody waits, not known
  uint64_t count = 0;
  uint64_t goroutines = 0;     // that wait on them
  uint64_t for_ever = 0;       // of those, without a deadline
  uint64_t keepalive_off = 0;  // for certain
  uint64_t unanswered = 0;     // the peer does not answer any more
  OwnedSocket quietest;        // without a byte for the longest time; of those not asked, the first
};

struct SocketList {
  Process process;
  uint64_t total = 0, listed = 0;  // before and after the filters
  uint64_t fds = 0;
  std::vector<uint16_t> listening;
  uint64_t time_wait = 0;             // of the whole network namespace: nobody owns them
  bool polled = false;                // the runtime's poll descriptors are known
  uint64_t unpolled = 0;              // socket descriptors that Go's poller does not know
  std::string source;                 // "sock_diag", "/proc/PID/net/tcp"
  std::vector<ListedSockets> groups;  // largest first
  std::vector<OwnedSocket> sockets;   // by descriptor
  std::vector<Gap> gaps;
};

}  // namespace seep::model

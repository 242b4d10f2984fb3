// Filters and groups for `seep sockets`.
#pragma once

#include <optional>
#include <string>

#include "detect/frames.h"
#include "model/socket_list.h"

namespace seep::detect {

struct SocketOptions {
  bool by_peer = true, by_state = true, by_goroutine = true;  // what makes sockets one group
  std::optional<model::TcpState> state;                       // only these
  std::string remote;                                         // a part of "ADDRESS:PORT"; "": any
  uint32_t idle_ms = 0;                                       // no byte either way for at least
};

// A snapshot with fds and sockets.
model::SocketList GroupSockets(const model::Snapshot& snapshot, const Frames& frames,
                               const SocketOptions& options);

}  // namespace seep::detect

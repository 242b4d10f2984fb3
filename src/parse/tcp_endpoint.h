// What the kernel's two tables of TCP sockets, /proc/PID/net/tcp and sock_diag, have in common.
#pragma once

#include <cstdint>
#include <string_view>

#include "model/net.h"

namespace seep::parse {

// `address`: 4 or 16 bytes in network order. An IPv4 address mapped into IPv6 (::ffff:a.b.c.d) is written as
// IPv4: which of the two families a socket was made with says nothing about its peer.
model::Endpoint EndpointOf(std::string_view address, uint16_t port);

inline model::TcpState TcpStateOf(uint64_t state) {
  return state >= 1 && state <= 12 ? static_cast<model::TcpState>(state) : model::TcpState::kUnknown;
}

// A timer of a later kernel (5: delayed acknowledgement) hides the keepalive setting as a probe does: kOff
// would claim that it is off.
inline model::TcpTimer TcpTimerOf(uint64_t timer) {
  return timer <= 4 ? static_cast<model::TcpTimer>(timer) : model::TcpTimer::kProbe;
}

}  // namespace seep::parse

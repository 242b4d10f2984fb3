// File descriptors and sockets of a process, as /proc shows them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/string_table.h"

namespace seep::model {

enum class FdKind : uint8_t {
  kOther,
  kFile,
  kSocket,
  kPipe,
  kEventPoll,
  kEventFd,
  kInotify,
  kTimer,
  kDevice
};

struct Fd {
  int32_t number = 0;
  FdKind kind = FdKind::kOther;
  uint64_t inode = 0;  // of sockets and pipes
  StringId target;     // the link's text
};

// include/net/tcp_states.h
enum class TcpState : uint8_t {
  kUnknown,
  kEstablished,
  kSynSent,
  kSynRecv,
  kFinWait1,
  kFinWait2,
  kTimeWait,
  kClose,
  kCloseWait,
  kLastAck,
  kListen,
  kClosing,
  kNewSynRecv,
};
std::string_view TcpStateName(TcpState state);  // "ESTABLISHED"

// Column `tr` of /proc/net/tcp (net/ipv4/tcp_ipv4.c get_tcp4_sock). kKeepalive proves SO_KEEPALIVE is on;
// kOff on an ESTABLISHED socket proves it is off; the others hide it.
enum class TcpTimer : uint8_t { kOff, kRetransmit, kKeepalive, kTimeWait, kProbe };

struct Endpoint {
  std::string address;  // "10.0.0.5", "::1"; v4-mapped v6 addresses as v4
  uint16_t port = 0;
  auto operator<=>(const Endpoint&) const = default;
};
std::string FormatEndpoint(const Endpoint& endpoint);  // "10.0.0.5:22", "[::1]:22"

struct Socket {
  Endpoint local, remote;
  TcpState state = TcpState::kUnknown;
  TcpTimer timer = TcpTimer::kOff;
  uint32_t timer_ms = 0;       // until it fires
  uint32_t retransmits = 0;    // unanswered retransmissions (kRetransmit) or probes (kKeepalive, kProbe)
  uint64_t send_queue = 0;     // bytes not yet acknowledged
  uint64_t receive_queue = 0;  // bytes not yet read; CLOSE_WAIT counts the unread FIN as 1
  uint64_t inode = 0;          // 0: TIME_WAIT and orphans have none
  uint32_t uid = 0;
};

}  // namespace seep::model

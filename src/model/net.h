// File descriptors and sockets of a process, as the kernel shows them, and what Go's poller knows of them.
#pragma once

#include <cstdint>
#include <optional>
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

// What the kernel keeps about a connection beyond its state (struct tcp_info, include/uapi/linux/tcp.h).
// The times are milliseconds before the dump and wrap after 49.7 days. Before the first byte each counts from
// the moment the connection was established.
struct TcpInfo {
  uint32_t last_sent_ms = 0;          // data, not acknowledgements
  uint32_t last_received_ms = 0;      // data
  uint32_t last_acknowledged_ms = 0;  // a segment with an acknowledgement, answers to probes too
  uint32_t unacknowledged = 0;        // segments under way
  uint32_t rtt_us = 0;                // smoothed
  uint32_t probes = 0;                // unanswered window or keepalive probes
  uint32_t retransmits = 0;           // of the segment under way, unanswered
  uint64_t bytes_received = 0;
  uint64_t bytes_acknowledged = 0;  // sent and confirmed
  uint32_t data_segments_in = 0, data_segments_out = 0;

  // How long nothing has gone either way.
  uint32_t QuietMs() const { return last_sent_ms < last_received_ms ? last_sent_ms : last_received_ms; }
};

// What getsockopt(2) says of one socket: SO_KEEPALIVE, and what counts once it is on.
struct Keepalive {
  bool on = false;
  uint32_t idle_s = 0, interval_s = 0, count = 0;  // TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT
  uint32_t user_timeout_ms = 0;                    // TCP_USER_TIMEOUT; 0: the system's
  bool operator==(const Keepalive&) const = default;
};

// The same with whose it is. The inode says which socket was asked: a descriptor's number is used again.
struct FdKeepalive {
  int32_t fd = -1;
  uint64_t inode = 0;
  Keepalive keepalive;
};

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
  uint64_t cookie = 0;  // names the socket for as long as the kernel runs; 0: not known (sock_diag only)
  std::optional<TcpInfo> info;  // sock_diag only, and not for TIME_WAIT
};

// The sequence number of seep's sock_diag requests, "seep" as the bytes stand. Replies carry it, and are
// recognised by it wherever they turn up.
constexpr uint32_t kSockDiagSequence = 0x70656573;

// A runtime.pollDesc in use: a descriptor that Go's network poller waits on, and who waits. A goroutine that
// is named as `reader` is parked in a read (or accept) of this very descriptor.
struct PollDescriptor {
  enum class Deadline : uint8_t {
    kNone,     // never set, or taken back: the wait has no end of its own
    kArmed,    // ends it in *_deadline_ms
    kExpired,  // has fired: reads (writes) fail at once
  };
  int32_t fd = -1;
  uint64_t reader = 0, writer = 0;  // goids; 0: nobody
  Deadline read_deadline = Deadline::kNone, write_deadline = Deadline::kNone;
  uint64_t read_deadline_ms = 0, write_deadline_ms = 0;
};

}  // namespace seep::model

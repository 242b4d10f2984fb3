#include "model/owned_socket.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/time.h"

namespace seep::model {
namespace {

std::string Ago(uint32_t ms) {
  return FormatDuration(FromSeconds(ms / 1000.0));
}

std::string KeepaliveText(const OwnedSocket& s) {
  if (!s.keepalive) {
    const KeepaliveState state = KeepaliveOf(s);
    return state == KeepaliveState::kOff  ? "keepalive off"
           : state == KeepaliveState::kOn ? "keepalive on"
                                          : "";
  }
  if (!s.keepalive->on) return "keepalive off";
  return fmt::format("keepalive after {}", FormatDuration(FromSeconds(s.keepalive->idle_s)));
}

std::string LastByte(const TcpInfo& info) {
  if (info.data_segments_in == 0) return fmt::format("no byte received in {}", Ago(info.last_received_ms));
  return fmt::format("last byte received {} ago", Ago(info.last_received_ms));
}

}  // namespace

KeepaliveState KeepaliveOf(const OwnedSocket& s) {
  if (s.keepalive) return s.keepalive->on ? KeepaliveState::kOn : KeepaliveState::kOff;
  if (s.socket.timer == TcpTimer::kKeepalive) return KeepaliveState::kOn;
  const bool nothing_hides_it = s.socket.state == TcpState::kEstablished &&
                                s.socket.timer == TcpTimer::kOff && s.socket.send_queue == 0;
  return nothing_hides_it ? KeepaliveState::kOff : KeepaliveState::kUnknown;
}

bool WaitsForEver(const OwnedSocket& s) {
  if (!s.poll || (s.poll->reader == 0 && s.poll->writer == 0)) return false;
  return (s.writes ? s.poll->write_deadline : s.poll->read_deadline) == PollDescriptor::Deadline::kNone;
}

std::optional<uint32_t> QuietMs(const OwnedSocket& s) {
  return s.socket.info ? std::optional(s.socket.info->QuietMs()) : std::nullopt;
}

std::string DescribeConnection(const OwnedSocket& s) {
  const Endpoint& from = s.accepted ? s.socket.remote : s.socket.local;
  const Endpoint& to = s.accepted ? s.socket.local : s.socket.remote;
  std::string text =
      fmt::format("{} -> {} {}", FormatEndpoint(from), FormatEndpoint(to), TcpStateName(s.socket.state));
  if (const std::string keepalive = KeepaliveText(s); !keepalive.empty()) text += ", " + keepalive;
  if (s.socket.info) text += ", " + LastByte(*s.socket.info);
  if (s.socket.retransmits > 0)
    text += fmt::format(", {} unanswered {}", s.socket.retransmits,
                        s.socket.timer == TcpTimer::kRetransmit ? "retransmissions" : "probes");
  return text;
}

std::string DescribeWait(const OwnedSocket& s) {
  if (!s.poll) return fmt::format("fd {}", s.fd);
  if (s.poll->reader == 0 && s.poll->writer == 0) return fmt::format("no goroutine waits on fd {}", s.fd);
  std::string text;
  if (s.minutes >= 0) text = fmt::format("blocked {}, ", FormatDuration(FromSeconds(s.minutes * 60.0)));
  text += fmt::format("{} on fd {}", s.writes ? "write" : "read", s.fd);
  const auto deadline = s.writes ? s.poll->write_deadline : s.poll->read_deadline;
  if (deadline == PollDescriptor::Deadline::kNone) text += " without a deadline";
  if (deadline == PollDescriptor::Deadline::kArmed)
    text += fmt::format(
        " for at most {}",
        FormatDuration(FromSeconds(
            static_cast<double>(s.writes ? s.poll->write_deadline_ms : s.poll->read_deadline_ms) / 1000)));
  return text;
}

}  // namespace seep::model

// The kernel's answer to one NETLINK_SOCK_DIAG dump of the TCP sockets of a network namespace, as it came: a
// row of netlink messages (include/uapi/linux/netlink.h, inet_diag.h, tcp.h; Linux 6.18), all in the byte
// order of the machine but for addresses and ports.
//
//   message    u32 length (this header included), u16 type, u16 flags, u32 sequence, u32 port;
//              padded to 4 bytes
//     type     18 or 20  one socket
//              3         end of the dump: i32 0, or -errno where the kernel gave up
//              2         error: i32 -errno, then the header of the request
//     sequence model::kSockDiagSequence, repeated from the request: these bytes are recognised by it
//   socket     u8 family, u8 state, u8 timer, u8 unanswered retransmissions or probes,
//              be16 local port, be16 remote port, 16 bytes local, 16 bytes remote (IPv4: the first 4),
//              u32 interface, u64 cookie in two words,
//              u32 milliseconds until the timer fires, u32 receive queue, u32 send queue, u32 uid, u32 inode;
//              then attributes
//   attribute  u16 length (these 4 bytes included), u16 type, then the value; padded to 4 bytes
//     type 2   struct tcp_info: it grows at its end from kernel to kernel, what there is keeps its place
#include <cstring>

#include "base/number_at.h"
#include "base/text.h"
#include "parse/format.h"
#include "parse/proc_fields.h"
#include "parse/tcp_endpoint.h"

namespace seep::parse {
namespace {

using model::TcpState;
using model::TcpTimer;

constexpr size_t kHeader = 16;
constexpr size_t kSocket = 72;  // sizeof(struct inet_diag_msg)
constexpr uint16_t kError = 2, kDone = 3, kTcp = 18, kByFamily = 20;
constexpr uint16_t kInfo = 2;         // INET_DIAG_INFO
constexpr uint8_t kV4 = 2, kV6 = 10;  // AF_INET, AF_INET6
// The smallest tcp_info with the fields below: Linux 4.6 and later. A shorter one is not read at all.
constexpr size_t kInfoBytes = 160;

// The little-endian field of bytes whose length has been checked.
template <class T>
T At(std::string_view bytes, size_t offset) {
  T value;
  std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}

uint16_t PortAt(std::string_view bytes, size_t offset) {
  return static_cast<uint16_t>(static_cast<uint8_t>(bytes[offset]) << 8 |
                               static_cast<uint8_t>(bytes[offset + 1]));
}

constexpr size_t Padded(size_t length) {
  return (length + 3) & ~size_t{3};
}

bool SniffSockDiag(const Sample& sample) {
  const auto type = NumberAt<uint16_t>(sample.head, 4);
  const auto sequence = NumberAt<uint32_t>(sample.head, 8);
  return sequence == model::kSockDiagSequence &&
         (type == kTcp || type == kByFamily || type == kDone || type == kError);
}

model::TcpInfo ReadInfo(std::string_view info) {
  model::TcpInfo out;
  out.retransmits = At<uint8_t>(info, 2);
  out.probes = At<uint8_t>(info, 3);
  out.unacknowledged = At<uint32_t>(info, 24);
  out.last_sent_ms = At<uint32_t>(info, 44);
  out.last_received_ms = At<uint32_t>(info, 52);
  out.last_acknowledged_ms = At<uint32_t>(info, 56);
  out.rtt_us = At<uint32_t>(info, 68);
  out.bytes_acknowledged = At<uint64_t>(info, 120);
  out.bytes_received = At<uint64_t>(info, 128);
  out.data_segments_in = At<uint32_t>(info, 152);
  out.data_segments_out = At<uint32_t>(info, 156);
  return out;
}

// `body`: a socket and its attributes. False where it is too short, or of a family that is not IP.
bool ReadSocket(std::string_view body, model::Socket& s) {
  if (body.size() < kSocket) return false;
  const auto family = At<uint8_t>(body, 0);
  if (family != kV4 && family != kV6) return false;
  const size_t address = family == kV4 ? 4 : 16;
  s.local = EndpointOf(body.substr(8, address), PortAt(body, 4));
  s.remote = EndpointOf(body.substr(24, address), PortAt(body, 6));
  s.state = TcpStateOf(At<uint8_t>(body, 1));
  s.timer = TcpTimerOf(At<uint8_t>(body, 2));
  s.retransmits = At<uint8_t>(body, 3);
  s.cookie = At<uint64_t>(body, 44);
  s.timer_ms = s.timer == TcpTimer::kOff ? 0 : At<uint32_t>(body, 52);
  s.receive_queue = At<uint32_t>(body, 56);
  s.send_queue = At<uint32_t>(body, 60);
  s.uid = At<uint32_t>(body, 64);
  s.inode = At<uint32_t>(body, 68);
  std::string_view rest = body.substr(kSocket);
  while (rest.size() >= 4) {
    const size_t length = At<uint16_t>(rest, 0);
    if (length < 4 || length > rest.size()) return false;
    // A listener's tcp_info counts its backlog in the places of other things.
    if (At<uint16_t>(rest, 2) == kInfo && length >= 4 + kInfoBytes && s.state != TcpState::kListen)
      s.info = ReadInfo(rest.substr(4));
    rest = PartAt(rest, Padded(length));
  }
  return true;
}

// What a message that ends the dump says: 0, or an errno.
int ErrnoOf(std::string_view body) {
  const auto code = NumberAt<int32_t>(body, 0).value_or(0);
  return code < 0 && code > -4096 ? -code : 0;
}

Result<std::vector<model::Snapshot>> ParseSockDiag(const model::Artifact&, std::string_view bytes, Context&) {
  if (!SniffSockDiag({"", bytes}))
    return Fail(ErrorCode::kBadInput,
                "expected netlink messages of a sock_diag dump made by seep, found others");
  std::vector<model::Socket> sockets;
  sockets.reserve(bytes.size() / (kHeader + kSocket + kInfoBytes));
  uint64_t unreadable = 0;
  int failed = 0;
  bool done = false;
  while (!done && bytes.size() >= kHeader) {
    const size_t length = At<uint32_t>(bytes, 0);
    const auto type = At<uint16_t>(bytes, 4);
    if (length < kHeader || length > bytes.size()) break;
    const std::string_view body = bytes.substr(kHeader, length - kHeader);
    if (type == kDone || type == kError) {
      failed = ErrnoOf(body);
      done = true;
    } else if (type == kTcp || type == kByFamily) {
      if (!ReadSocket(body, sockets.emplace_back())) {
        sockets.pop_back();
        ++unreadable;
      }
    }
    bytes = PartAt(bytes, Padded(length));
  }
  model::Snapshot out;
  if (failed != 0)
    out.gaps.push_back(
        {"sockets", "the kernel broke its list of sockets off: " + ErrnoText(failed), "take it again"});
  else if (!done)
    out.gaps.push_back(
        {"sockets", "the list of sockets ends early; what came before was read", "take it again"});
  if (unreadable != 0)
    out.gaps.push_back({"sockets", Plural(unreadable, "socket") + " of the kernel's list could not be read",
                        "take it again"});
  out.sockets = std::move(sockets);
  return OneSnapshot(std::move(out));
}

}  // namespace

extern const Format format_sock_diag;
// 150: known for certain, by a number we chose.
constinit const Format format_sock_diag = {
    .name = "net/sock_diag", .priority = 150, .sniff = SniffSockDiag, .parse = ParseSockDiag};

}  // namespace seep::parse

// /proc/PID/net/tcp and tcp6 (net/ipv4/tcp_ipv4.c get_tcp4_sock, net/ipv6/tcp_ipv6.c get_tcp6_sock), one
// socket a line:
//
//     sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
//      0: 0100007F:1F90 0100007F:C350 01 00000000:00000001 02:00000A2B 00000000  1000        0 66201 ...
//
// Addresses are the 32-bit words of the address in the byte order of the machine (little endian here), ports
// are numbers. tx_queue, rx_queue, tr, tm->when and retrnsmt are hexadecimal, the rest decimal. tm->when
// counts ticks of USER_HZ (100 a second). "timeout" is icsk_probes_out: unanswered keepalive or window
// probes; retrnsmt is icsk_retransmits. TIME_WAIT and SYN_RECV lines have inode 0 or no owner.
#include <cstring>

#include "base/cursor.h"
#include "base/text.h"
#include "parse/format.h"
#include "parse/proc_fields.h"
#include "parse/tcp_endpoint.h"

namespace seep::parse {
namespace {

using model::TcpState;
using model::TcpTimer;

bool SniffTcp(const Sample& sample) {
  Cursor in(sample.head);
  const std::string_view header = Trim(in.Line());
  // udp has the same columns and "drops" at the end.
  return header.starts_with("sl ") && header.find("local_address") != header.npos &&
         header.find("drops") == header.npos && header.find("retrnsmt") != header.npos;
}

// 8 or 32 hex digits, ":", 4 hex digits.
std::optional<model::Endpoint> ReadEndpoint(Cursor& in) {
  in.SkipSpaces();
  const std::string_view digits = in.Until(':');
  if (digits.size() != 8 && digits.size() != 32) return std::nullopt;
  char bytes[16];
  for (size_t word = 0; word < digits.size() / 8; ++word) {
    Cursor hex(digits.substr(word * 8, 8));
    if (hex.Rest().starts_with("0x")) return std::nullopt;
    const auto value = hex.Hex();
    if (!value || !hex.AtEnd()) return std::nullopt;
    const auto host = static_cast<uint32_t>(*value);
    std::memcpy(bytes + word * 4, &host, 4);
  }
  if (!in.Skip(':')) return std::nullopt;
  const auto port = in.Hex();
  if (!port || *port > 0xFFFF) return std::nullopt;
  return EndpointOf({bytes, digits.size() / 2}, static_cast<uint16_t>(*port));
}

uint32_t Milliseconds(uint64_t ticks) {
  if (ticks >= uint64_t{1} << 63) return 0;  // negative: overdue
  return ticks < UINT32_MAX / 10 ? static_cast<uint32_t>(ticks * 10) : UINT32_MAX;
}

std::optional<uint64_t> HexColumn(Cursor& in) {
  in.SkipSpaces();
  return in.Hex();
}

std::optional<model::Socket> ReadSocket(std::string_view line) {
  Cursor in(line);
  in.SkipSpaces();
  if (!in.Decimal() || !in.Skip(':')) return std::nullopt;
  model::Socket s;
  const auto local = ReadEndpoint(in);
  const auto remote = local ? ReadEndpoint(in) : std::nullopt;
  if (!remote) return std::nullopt;
  s.local = *local;
  s.remote = *remote;
  const auto state = HexColumn(in);
  const auto tx = HexColumn(in);
  const bool queues = in.Skip(':');
  const auto rx = HexColumn(in);
  const auto timer = HexColumn(in);
  const bool timers = in.Skip(':');
  const auto when = HexColumn(in);
  const auto retransmits = HexColumn(in);
  in.SkipSpaces();
  const auto uid = in.Decimal();
  in.SkipSpaces();
  const auto probes = in.SignedDecimal();
  in.SkipSpaces();
  const auto inode = in.Decimal();
  if (!state || !tx || !queues || !rx || !timer || !timers || !when || !retransmits || !uid || !probes ||
      !inode)
    return std::nullopt;
  s.state = TcpStateOf(*state);
  s.send_queue = *tx;
  s.receive_queue = *rx;
  s.timer = TcpTimerOf(*timer);
  s.timer_ms = s.timer == TcpTimer::kOff ? 0 : Milliseconds(*when);
  const bool probing = s.timer == TcpTimer::kKeepalive || s.timer == TcpTimer::kProbe;
  s.retransmits =
      probing ? static_cast<uint32_t>(*probes > 0 ? *probes : 0) : static_cast<uint32_t>(*retransmits);
  s.uid = static_cast<uint32_t>(*uid);
  s.inode = *inode;
  return s;
}

Result<std::vector<model::Snapshot>> ParseTcp(const model::Artifact&, std::string_view bytes, Context&) {
  Cursor in(bytes);
  const std::string_view header = in.Line();
  if (header.find("local_address") == header.npos)
    return Fail(ErrorCode::kBadInput,
                "expected /proc/PID/net/tcp with the header 'sl  local_address rem_address ...', found: " +
                    Printable(header.substr(0, 60)));
  std::vector<model::Socket> sockets;
  uint64_t unreadable = 0;
  while (!in.AtEnd()) {
    const std::string_view line = in.Line();
    if (Trim(line).empty()) continue;
    if (auto socket = ReadSocket(line))
      sockets.push_back(std::move(*socket));
    else
      ++unreadable;
  }
  model::Snapshot out;
  out.sockets = std::move(sockets);
  if (unreadable != 0)
    out.gaps.push_back(
        {"sockets", Plural(unreadable, "line") + " of /proc/net/tcp could not be read", "take it again"});
  return OneSnapshot(std::move(out));
}

}  // namespace

extern const Format format_proc_net_tcp;
constinit const Format format_proc_net_tcp = {
    .name = "proc/net/tcp", .priority = 100, .sniff = SniffTcp, .parse = ParseTcp};

}  // namespace seep::parse

// Connections whose death nobody would notice: SO_KEEPALIVE is off.
//
// Fires on dialled ESTABLISHED sockets of which getsockopt says so, or with nothing in flight and no timer
// armed (a socket with keepalive always has one). The fact is certain; whether any of them is dead is not:
// tcp-half-open says that where the kernel knows. Quiet below a handful, for sockets over which bytes went
// between the first look and the last, and for accepted sockets of a server that is busy answering them.
#include <fmt/format.h>

#include <map>

#include "base/text.h"
#include "detect/detector.h"

namespace seep::detect {
namespace {

constexpr uint64_t kHandful = 5;

void Run(const Analysis& a, Sink& sink) {
  const NetworkView& view = a.network.views.back();
  uint64_t off = 0;
  uint64_t dialled = 0;
  struct Peer {
    uint64_t count = 0;
    const OwnSocket* quietest = nullptr;
  };
  std::map<std::string, Peer> peers;
  const auto moved = MovedSince(a.network.views.front(), view);
  for (const OwnSocket& s : view.sockets) {
    if (s.accepted || s.socket.state != model::TcpState::kEstablished) continue;
    ++dialled;
    if (!KeepaliveOff(s) || moved.contains(s.socket.cookie)) continue;
    ++off;
    Peer& peer = peers[FormatEndpoint(s.socket.remote)];
    ++peer.count;
    if (peer.quietest == nullptr || QuietMs(s) > QuietMs(*peer.quietest)) peer.quietest = &s;
  }
  if (off < kHandful) return;
  model::Finding f{
      .id = "tcp-no-keepalive", .verdict = model::Verdict::kFault, .confidence = model::Confidence::kProved};
  f.impact.sockets = off;
  f.size =
      fmt::format("{} of {} dialled connections have no keepalive.", FormatCount(off), FormatCount(dialled));
  size_t named = 0;
  for (const auto& [name, peer] : peers) {
    if (++named > 5) break;
    const bool known = peer.quietest->socket.info.has_value();
    f.evidence.push_back({"sockets",
                          known ? fmt::format("{} to {}; the quietest: {}", FormatCount(peer.count), name,
                                              DescribeConnection(*peer.quietest))
                                : fmt::format("{} to {}: ESTABLISHED, no timer armed, nothing in flight",
                                              FormatCount(peer.count), name),
                          view.source, static_cast<int>(view.snapshot)});
  }
  sink.Report(std::move(f));
}

}  // namespace

extern const Detector detector_tcp_no_keepalive;
constinit const Detector detector_tcp_no_keepalive = {"tcp-no-keepalive", Need::kSockets, &Run};

}  // namespace seep::detect

// Connections that are gone at the other end and ESTABLISHED here.
//
// Fires when the kernel retransmits or probes without an answer, and when the peer is on this very machine
// and its end of the connection is in no table. Proof either way. Quiet for peers that are merely silent:
// they acknowledge probes. Quiet, too, where an address of this machine is forwarded elsewhere (a container's
// published port): an acknowledgement that came between two looks was sent by somebody.
#include <fmt/format.h>

#include <set>
#include <tuple>

#include "base/text.h"
#include "detect/detector.h"

namespace seep::detect {
namespace {

bool IsLoopback(const model::Endpoint& e) {
  return e.address.starts_with("127.") || e.address == "::1";
}

// Both ends of a loopback connection are in one table; the end that is missing is dead.
std::set<std::pair<model::Endpoint, model::Endpoint>> LocalEnds(const model::Snapshot& s) {
  std::set<std::pair<model::Endpoint, model::Endpoint>> ends;
  for (const model::Socket& socket : *s.sockets)
    if (IsLoopback(socket.local)) ends.emplace(socket.local, socket.remote);
  return ends;
}

struct Dead {
  std::set<uint64_t> unanswered, orphaned;  // inodes
  std::set<std::string> peers;
};

Dead Look(const Analysis& a, const NetworkView& view) {
  Dead dead;
  const auto ends = LocalEnds(a.series.snapshots[view.snapshot]);
  for (const OwnSocket& s : view.sockets) {
    if (s.socket.state != model::TcpState::kEstablished) continue;
    const bool no_peer = IsLoopback(s.socket.remote) && IsLoopback(s.socket.local) &&
                         !ends.contains({s.socket.remote, s.socket.local});
    if (Unanswered(s.socket))
      dead.unanswered.insert(s.socket.inode);
    else if (no_peer)
      dead.orphaned.insert(s.socket.inode);
    else
      continue;
    dead.peers.insert(FormatEndpoint(s.socket.remote));
  }
  return dead;
}

// Of those the kernel told the silence of.
const OwnSocket* Quietest(const NetworkView& view, const Dead& dead) {
  const OwnSocket* quietest = nullptr;
  for (const OwnSocket& s : view.sockets) {
    const bool is_dead = dead.unanswered.contains(s.socket.inode) || dead.orphaned.contains(s.socket.inode);
    if (is_dead && s.socket.info && (quietest == nullptr || QuietMs(s) > QuietMs(*quietest))) quietest = &s;
  }
  return quietest;
}

void Run(const Analysis& a, Sink& sink) {
  const NetworkView& view = a.network.views.back();
  Dead dead = Look(a, view);
  // A table is read line by line: a connection that closes meanwhile looks orphaned. One that does so twice
  // is.
  const bool twice =
      a.network.views.size() > 1 && a.series.snapshots[a.network.views.front().snapshot].sockets;
  if (twice) {
    const Dead before = Look(a, a.network.views.front());
    std::erase_if(dead.orphaned, [&](uint64_t inode) { return !before.orphaned.contains(inode); });
    const double seconds =
        a.timeline.timed ? a.timeline.Between(a.network.views.front().snapshot, view.snapshot) : 0;
    for (const OwnSocket& s : view.sockets)
      if (Answers(s, seconds)) dead.orphaned.erase(s.socket.inode);
  } else if (dead.orphaned.size() < 20) {
    dead.orphaned.clear();
  }
  const uint64_t count = dead.unanswered.size() + dead.orphaned.size();
  if (count < 3) return;
  model::Finding f{
      .id = "tcp-half-open",
      .verdict = model::Verdict::kFault,
      .confidence = twice || dead.orphaned.empty() ? model::Confidence::kProved : model::Confidence::kStrong};
  f.impact.sockets = count;
  f.size = fmt::format("{} connections are ESTABLISHED here and gone at {}.", FormatCount(count),
                       dead.peers.size() == 1 ? *dead.peers.begin() : Plural(dead.peers.size(), "peer"));
  const auto say = [&](size_t n, const char* text) {
    if (n > 0)
      f.evidence.push_back({"sockets", fmt::format("{} {}", FormatCount(n), text), view.source,
                            static_cast<int>(view.snapshot)});
  };
  say(dead.unanswered.size(), "retransmit or probe without an answer");
  say(dead.orphaned.size(), "to a peer on this machine whose end is in no table");
  if (const OwnSocket* oldest = Quietest(view, dead))
    f.evidence.push_back(
        {"sockets", fmt::format("the quietest: {}, {}", DescribeWait(*oldest), DescribeConnection(*oldest)),
         view.source, static_cast<int>(view.snapshot)});
  sink.Report(std::move(f));
}

}  // namespace

extern const Detector detector_tcp_half_open;
constinit const Detector detector_tcp_half_open = {"tcp-half-open", Need::kSockets, &Run};

}  // namespace seep::detect

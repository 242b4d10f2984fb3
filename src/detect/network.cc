#include "detect/network.h"

#include <algorithm>
#include <set>
#include <unordered_map>

namespace seep::detect {
namespace {

NetworkView View(const model::Snapshot& s, size_t index) {
  NetworkView view{
      .snapshot = index, .sockets = {}, .listening = {}, .time_wait = {}, .fds = {}, .fd_total = 0};
  std::unordered_map<uint64_t, int32_t> by_inode;
  for (const model::Fd& fd : *s.fds) {
    ++view.fds[fd.kind];
    ++view.fd_total;
    if (fd.kind == model::FdKind::kSocket) by_inode.emplace(fd.inode, fd.number);
  }
  if (!s.sockets) return view;
  std::set<uint16_t> ports;
  for (const model::Socket& socket : *s.sockets)
    if (socket.state == model::TcpState::kListen && by_inode.contains(socket.inode))
      ports.insert(socket.local.port);
  view.listening.assign(ports.begin(), ports.end());
  for (const model::Socket& socket : *s.sockets) {
    if (socket.state == model::TcpState::kTimeWait) ++view.time_wait[socket.remote];
    const auto owner = socket.inode == 0 ? by_inode.end() : by_inode.find(socket.inode);
    if (owner == by_inode.end() || socket.state == model::TcpState::kListen) continue;
    view.sockets.push_back({socket, owner->second, ports.contains(socket.local.port)});
  }
  return view;
}

SocketGroup Describe(std::string name, std::vector<const OwnSocket*> sockets) {
  SocketGroup group{std::move(name), std::move(sockets), 0, 0};
  for (const OwnSocket* s : group.sockets) {
    group.keepalive_off += KeepaliveOff(s->socket);
    group.unanswered += Unanswered(s->socket);
  }
  return group;
}

}  // namespace

bool KeepaliveOff(const model::Socket& s) {
  return s.state == model::TcpState::kEstablished && s.timer == model::TcpTimer::kOff && s.send_queue == 0;
}

bool Unanswered(const model::Socket& s) {
  if (s.state != model::TcpState::kEstablished) return false;
  if (s.timer == model::TcpTimer::kRetransmit) return s.retransmits >= 3;
  return (s.timer == model::TcpTimer::kKeepalive || s.timer == model::TcpTimer::kProbe) && s.retransmits >= 2;
}

std::optional<SocketGroup> FindSockets(const NetworkView& view, uint64_t count, bool accepted) {
  std::map<std::string, std::vector<const OwnSocket*>> groups;
  std::map<uint16_t, std::set<model::Endpoint>> peers;
  for (const OwnSocket& s : view.sockets) {
    if (s.accepted != accepted || s.socket.state != model::TcpState::kEstablished) continue;
    if (accepted) {
      groups["accepted on port " + std::to_string(s.socket.local.port)].push_back(&s);
    } else {
      groups[FormatEndpoint(s.socket.remote)].push_back(&s);
      groups[":" + std::to_string(s.socket.remote.port)].push_back(&s);
      peers[s.socket.remote.port].insert(s.socket.remote);
    }
  }
  const uint64_t slack = std::max<uint64_t>(2, count / 10);
  std::optional<SocketGroup> best;
  uint64_t best_distance = slack + 1;
  for (auto& [name, sockets] : groups) {
    const uint64_t n = sockets.size();
    const uint64_t distance = n > count ? n - count : count - n;
    if (distance > slack || distance > best_distance) continue;
    std::string words = name;
    if (name.starts_with(':')) {
      const auto port = static_cast<uint16_t>(std::stoi(name.substr(1)));
      if (peers[port].size() == 1) continue;  // the peer itself is the better name of the same sockets
      words = "port " + name.substr(1) + " of " + std::to_string(peers[port].size()) + " peers";
    }
    best_distance = distance;
    best = Describe(std::move(words), std::move(sockets));
  }
  return best;
}

uint64_t NetworkView::Established(bool accepted) const {
  return static_cast<uint64_t>(std::ranges::count_if(sockets, [&](const OwnSocket& s) {
    return s.socket.state == model::TcpState::kEstablished && s.accepted == accepted;
  }));
}

Network GatherNetwork(const model::Series& series) {
  Network network;
  for (size_t i = 0; i < series.snapshots.size(); ++i) {
    if (!series.snapshots[i].fds) continue;
    network.views.push_back(View(series.snapshots[i], i));
    network.sockets = series.snapshots[i].sockets.has_value();
  }
  return network;
}

}  // namespace seep::detect

#include "detect/network.h"

#include <algorithm>
#include <set>
#include <unordered_map>

namespace seep::detect {
namespace {

using Goroutines = std::unordered_map<uint64_t, const model::Goroutine*>;

// Only those that some poll descriptor names.
Goroutines Waiting(const model::Snapshot& s) {
  Goroutines waiting;
  if (!s.poll_descriptors || !s.dump) return waiting;
  for (const model::PollDescriptor& p : *s.poll_descriptors)
    for (const uint64_t goid : {p.reader, p.writer})
      if (goid != 0) waiting.emplace(goid, nullptr);
  for (const model::Goroutine& g : s.dump->goroutines)
    if (const auto at = waiting.find(g.goid); at != waiting.end()) at->second = &g;
  return waiting;
}

void JoinGoroutine(const Goroutines& waiting, OwnSocket& s) {
  s.writes = s.poll->reader == 0 && s.poll->writer != 0;
  s.goid = s.writes ? s.poll->writer : s.poll->reader;
  const auto at = waiting.find(s.goid);
  if (at == waiting.end() || at->second == nullptr) return;
  s.minutes = at->second->minutes;
  s.stack = at->second->stack;
}

// What was asked of each socket and what the runtime knows of it.
void JoinEvidence(const model::Snapshot& s, NetworkView& view) {
  std::unordered_map<uint64_t, const model::FdKeepalive*> asked;
  if (s.keepalives)
    for (const model::FdKeepalive& k : *s.keepalives) asked.emplace(k.inode, &k);
  std::unordered_map<int32_t, const model::PollDescriptor*> polled;
  if (s.poll_descriptors)
    for (const model::PollDescriptor& p : *s.poll_descriptors) polled.emplace(p.fd, &p);
  const Goroutines waiting = Waiting(s);
  for (OwnSocket& socket : view.sockets) {
    if (const auto k = asked.find(socket.socket.inode); k != asked.end())
      socket.keepalive = k->second->keepalive;
    if (const auto p = polled.find(socket.fd); p != polled.end()) {
      socket.poll = *p->second;
      JoinGoroutine(waiting, socket);
    }
  }
  view.polled = s.poll_descriptors.has_value() && s.poll_complete;
  if (!view.polled) return;
  for (const model::Fd& fd : *s.fds)
    if (fd.kind == model::FdKind::kSocket && !polled.contains(fd.number)) view.unpolled.push_back(fd.number);
}

SocketGroup Describe(std::string name, std::vector<const OwnSocket*> sockets) {
  SocketGroup group{std::move(name), std::move(sockets), 0, 0};
  for (const OwnSocket* s : group.sockets) {
    group.keepalive_off += KeepaliveOff(*s);
    group.unanswered += Unanswered(s->socket);
  }
  return group;
}

}  // namespace

NetworkView GatherView(const model::Snapshot& s, size_t index) {
  NetworkView view;
  view.snapshot = index;
  std::unordered_map<uint64_t, int32_t> by_inode;
  for (const model::Fd& fd : *s.fds) {
    ++view.fds[fd.kind];
    ++view.fd_total;
    if (fd.kind == model::FdKind::kSocket) by_inode.emplace(fd.inode, fd.number);
  }
  if (s.sockets) {
    std::set<uint16_t> ports;
    for (const model::Socket& socket : *s.sockets)
      if (socket.state == model::TcpState::kListen && by_inode.contains(socket.inode))
        ports.insert(socket.local.port);
    view.listening.assign(ports.begin(), ports.end());
    for (const model::Socket& socket : *s.sockets) {
      if (socket.state == model::TcpState::kTimeWait) ++view.time_wait[socket.remote];
      const auto owner = socket.inode == 0 ? by_inode.end() : by_inode.find(socket.inode);
      if (owner == by_inode.end() || socket.state == model::TcpState::kListen) continue;
      OwnSocket& own = view.sockets.emplace_back();
      own.socket = socket;
      own.fd = owner->second;
      own.accepted = ports.contains(socket.local.port);
    }
    const bool asked = !s.sockets->empty() && s.sockets->front().cookie != 0;
    view.source = asked ? "sock_diag" : "/proc/PID/net/tcp";
  }
  JoinEvidence(s, view);
  return view;
}

bool KeepaliveOff(const OwnSocket& s) {
  return s.socket.state == model::TcpState::kEstablished && KeepaliveOf(s) == model::KeepaliveState::kOff;
}

std::set<uint64_t> MovedSince(const NetworkView& before, const NetworkView& now) {
  std::unordered_map<uint64_t, const model::TcpInfo*> old;
  for (const OwnSocket& s : before.sockets)
    if (s.socket.info) old.emplace(s.socket.cookie, &*s.socket.info);
  std::set<uint64_t> moved;
  for (const OwnSocket& s : now.sockets) {
    const auto at = s.socket.info ? old.find(s.socket.cookie) : old.end();
    if (at != old.end() && (at->second->bytes_received != s.socket.info->bytes_received ||
                            at->second->bytes_acknowledged != s.socket.info->bytes_acknowledged))
      moved.insert(s.socket.cookie);
  }
  return moved;
}

bool Answers(const OwnSocket& s, double seconds) {
  return s.socket.info && s.socket.info->last_acknowledged_ms < seconds * 1000;
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
    network.views.push_back(GatherView(series.snapshots[i], i));
    network.sockets = series.snapshots[i].sockets.has_value();
  }
  return network;
}

}  // namespace seep::detect

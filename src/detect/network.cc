#include "detect/network.h"

#include <algorithm>
#include <set>
#include <unordered_map>

namespace seep::detect {
namespace {

NetworkView View(const model::Snapshot& s, size_t index) {
  NetworkView view{.snapshot = index, .sockets = {}, .listening = {}, .time_wait = {}, .fds = {}, .fd_total = 0};
  std::unordered_map<uint64_t, int32_t> by_inode;
  for (const model::Fd& fd : *s.fds) {
    ++view.fds[fd.kind];
    ++view.fd_total;
    if (fd.kind == model::FdKind::kSocket) by_inode.emplace(fd.inode, fd.number);
  }
  if (!s.sockets) return view;
  std::set<uint16_t> ports;
  for (const model::Socket& socket : *s.sockets)
    if (socket.state == model::TcpState::kListen && by_inode.contains(socket.inode)) ports.insert(socket.local.port);
  view.listening.assign(ports.begin(), ports.end());
  for (const model::Socket& socket : *s.sockets) {
    if (socket.state == model::TcpState::kTimeWait) ++view.time_wait[socket.remote];
    const auto owner = socket.inode == 0 ? by_inode.end() : by_inode.find(socket.inode);
    if (owner == by_inode.end() || socket.state == model::TcpState::kListen) continue;
    view.sockets.push_back({socket, owner->second, ports.contains(socket.local.port)});
  }
  return view;
}

}  // namespace

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

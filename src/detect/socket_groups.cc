#include "detect/socket_groups.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <unordered_map>

#include "base/text.h"
#include "detect/network.h"

namespace seep::detect {
namespace {

// With more peers than this on one port, the port is what they have in common.
constexpr size_t kPeersApart = 4;

struct Key {
  bool accepted = false;
  uint16_t port = 0;
  std::string_view address;  // "": all of that port
  model::TcpState state = model::TcpState::kUnknown;
  model::FrameId site;
  auto operator<=>(const Key&) const = default;
};

bool Wanted(const OwnSocket& s, const SocketOptions& options) {
  if (options.state && s.socket.state != *options.state) return false;
  if (options.idle_ms > 0 && QuietMs(s).value_or(0) < options.idle_ms) return false;
  return options.remote.empty() || FormatEndpoint(s.socket.remote).find(options.remote) != std::string::npos;
}

// The innermost line of the user's, else of a library's, else where the stack leaves the runtime's poller.
model::FrameId Site(const Frames& frames, model::StackId stack) {
  if (const model::FrameId user = frames.User(stack)) return user;
  if (const model::FrameId outside = frames.Outside(stack)) return outside;
  for (const model::FrameId frame : frames.stacks().frames(stack)) {
    const std::string_view package = PackageOf(frames.stacks().function(frame));
    if (package != "runtime" && package != "internal/poll" && package != "net") return frame;
  }
  return {};
}

class Grouping {
 public:
  Grouping(const Frames& frames, const SocketOptions& options) : frames_(frames), options_(options) {}

  void Count(const OwnSocket& s) {
    if (!s.accepted) peers_[s.socket.remote.port].insert(s.socket.remote.address);
  }
  void Add(const OwnSocket& s) {
    model::ListedSockets& group = groups_[KeyOf(s)];
    if (group.count++ == 0 || QuietMs(s) > QuietMs(group.quietest)) group.quietest = s;
    group.goroutines += s.goid != 0;
    group.for_ever += WaitsForEver(s);
    group.keepalive_off += KeepaliveOff(s);
    group.unanswered += Unanswered(s.socket);
  }
  std::vector<model::ListedSockets> Take() {
    std::vector<model::ListedSockets> out;
    for (auto& [key, group] : groups_) {
      if (options_.by_peer) group.peer = PeerText(key);
      if (options_.by_state) group.state = key.state;
      group.site = key.site;
      out.push_back(std::move(group));
    }
    // The keys are in order and distinct: equal counts keep it.
    std::vector<size_t> order(out.size());
    for (size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::ranges::sort(order, {},
                      [&](size_t i) { return std::tuple(-static_cast<int64_t>(out[i].count), i); });
    std::vector<model::ListedSockets> sorted;
    for (const size_t i : order) sorted.push_back(std::move(out[i]));
    return sorted;
  }

 private:
  Key KeyOf(const OwnSocket& s) {
    Key key;
    if (options_.by_peer) {
      key.accepted = s.accepted;
      key.port = s.accepted ? s.socket.local.port : s.socket.remote.port;
      if (!s.accepted && peers_[key.port].size() <= kPeersApart) key.address = s.socket.remote.address;
    }
    if (options_.by_state) key.state = s.socket.state;
    if (options_.by_goroutine && s.goid != 0) {
      const auto [at, fresh] = sites_.try_emplace(s.stack.value);
      if (fresh) at->second = Site(frames_, s.stack);
      key.site = at->second;
    }
    return key;
  }
  std::string PeerText(const Key& key) const {
    if (key.accepted) return fmt::format("clients of port {}", key.port);
    if (!key.address.empty()) return FormatEndpoint(model::Endpoint{std::string(key.address), key.port});
    return fmt::format("port {} of {}", key.port, Plural(peers_.at(key.port).size(), "peer"));
  }

  const Frames& frames_;
  const SocketOptions& options_;
  std::unordered_map<uint16_t, std::set<std::string_view>> peers_;
  std::unordered_map<uint32_t, model::FrameId> sites_;  // by stack
  std::map<Key, model::ListedSockets> groups_;
};

}  // namespace

model::SocketList GroupSockets(const model::Snapshot& s, const Frames& frames, const SocketOptions& options) {
  NetworkView view = GatherView(s, 0);
  model::SocketList list;
  list.process = s.process;
  list.total = view.sockets.size();
  list.fds = view.fd_total;
  list.listening = view.listening;
  for (const auto& [remote, count] : view.time_wait) list.time_wait += count;
  list.polled = view.polled;
  list.unpolled = view.unpolled.size();
  list.source = view.source;
  list.gaps = s.gaps;
  list.sockets = std::move(view.sockets);
  std::erase_if(list.sockets, [&](const OwnSocket& socket) { return !Wanted(socket, options); });
  list.listed = list.sockets.size();
  std::ranges::sort(list.sockets, {}, &OwnSocket::fd);
  Grouping grouping(frames, options);
  for (const OwnSocket& socket : list.sockets) grouping.Count(socket);
  for (const OwnSocket& socket : list.sockets) grouping.Add(socket);
  list.groups = grouping.Take();
  return list;
}

}  // namespace seep::detect

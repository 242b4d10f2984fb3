#include "capture/socket_tables.h"

#include <fmt/format.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <unordered_set>

#include "capture/sock_diag.h"

namespace seep::capture {
namespace {

// The messages are drawn in parse/sock_diag.
Bytes OnlyOwn(std::string_view messages, std::span<const SocketFd> own) {
  std::unordered_set<uint64_t> inodes;
  inodes.reserve(own.size());
  for (const SocketFd& socket : own) inodes.insert(socket.inode);
  std::string kept;
  while (messages.size() >= sizeof(nlmsghdr)) {
    nlmsghdr header;
    std::memcpy(&header, messages.data(), sizeof header);
    const size_t length = std::min<size_t>(NLMSG_ALIGN(header.nlmsg_len), messages.size());
    if (header.nlmsg_len < sizeof header) break;
    inet_diag_msg socket{};
    const bool whole = header.nlmsg_type == TCPDIAG_GETSOCK && length >= sizeof header + sizeof socket;
    if (whole) std::memcpy(&socket, messages.data() + sizeof header, sizeof socket);
    if (!whole || socket.idiag_inode == 0 || inodes.contains(socket.idiag_inode))
      kept.append(messages.substr(0, length));
    messages.remove_prefix(length);
  }
  return Bytes(std::move(kept));
}

}  // namespace

Result<Bytes> SocketTables::Of(const std::string& proc_root, uint64_t pid, std::span<const SocketFd> own,
                               uint64_t limit) {
  char name[64] = "";
  const std::string path = fmt::format("{}/{}/ns/net", proc_root, pid);
  if (readlink(path.c_str(), name, sizeof name - 1) <= 0) return DumpSockets(proc_root, pid, limit);
  auto known = by_namespace_.find(name);
  if (known == by_namespace_.end())
    known = by_namespace_.emplace(name, DumpSockets(proc_root, pid, limit)).first;
  if (!known->second.has_value()) return Fail(known->second.error());
  return OnlyOwn(known->second->view(), own);
}

}  // namespace seep::capture

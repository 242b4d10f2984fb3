#include "capture/owner.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <fmt/format.h>
#include <ifaddrs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <set>

#include "base/cursor.h"
#include "base/text.h"
#include "capture/proc.h"

namespace seep::capture {
namespace {

constexpr uint64_t kMaxTable = uint64_t{256} << 20;  // /proc/net/tcp has 150 bytes a line
constexpr size_t kMaxLinks = 4'000'000;              // readlink calls of one search, a few seconds at worst
constexpr std::array<std::string_view, 14> kForwarders = {
    "docker-proxy", "kubectl", "ssh",     "sshd",         "socat", "nginx",       "envoy",
    "haproxy",      "caddy",   "traefik", "rootlessport", "pasta", "slirp4netns", "containerd-shim"};

// An address as sixteen bytes, IPv4 mapped into IPv6.
using Address = std::array<uint8_t, 16>;

std::optional<Address> ParseAddress(const std::string& text) {
  Address address{};
  if (inet_pton(AF_INET6, text.c_str(), address.data()) == 1) return address;
  address = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  if (inet_pton(AF_INET, text.c_str(), address.data() + 12) == 1) return address;
  return std::nullopt;
}

bool IsMapped(const Address& a) {
  constexpr Address kPrefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  return std::equal(kPrefix.begin(), kPrefix.begin() + 12, a.begin());
}

bool IsLoopback(const Address& a) {
  Address six{};
  six[15] = 1;
  return a == six || (IsMapped(a) && a[12] == 127);
}

bool IsAny(const Address& a) {
  return a == Address{} ||
         (IsMapped(a) && std::all_of(a.begin() + 12, a.end(), [](uint8_t b) { return b == 0; }));
}

// "0100007F" or 32 digits: 32-bit words in host order (net/ipv4/tcp_ipv4.c get_openreq4, %08X).
std::optional<Address> ParseProcAddress(std::string_view hex) {
  if (hex.size() != 8 && hex.size() != 32) return std::nullopt;
  Address address{};
  size_t at = hex.size() == 8 ? 12 : 0;
  if (at == 12) address[10] = address[11] = 0xff;
  for (size_t i = 0; i < hex.size(); i += 8, at += 4) {
    const auto word = Cursor(hex.substr(i, 8)).Hex();
    if (!word) return std::nullopt;
    const auto value = static_cast<uint32_t>(*word);
    std::memcpy(address.data() + at, &value, sizeof value);
  }
  return address;
}

bool Serves(const Address& listening, const std::string& host) {
  if (IsAny(listening)) return true;
  const auto wanted = ParseAddress(host);
  if (wanted) return listening == *wanted || (IsAny(*wanted) && IsLoopback(listening));
  return EqualsIgnoreCase(host, "localhost") ? IsLoopback(listening) : true;
}

// sl local_address rem_address st tx:rx tr:when retrnsmt uid timeout inode
void ListenersIn(std::string_view table, const std::string& host, uint16_t port, std::set<uint64_t>& inodes) {
  Cursor lines(table);
  lines.Line();
  while (!lines.AtEnd()) {
    Cursor in(lines.Line());
    auto field = [&] {
      in.SkipSpaces();
      return in.Word();
    };
    field();
    const auto local = Split(field(), ':');
    field();
    if (field() != "0A") continue;  // TCP_LISTEN
    if (local.size() != 2 || Cursor(local[1]).Hex() != std::optional<uint64_t>(port)) continue;
    const auto address = ParseProcAddress(local[0]);
    if (!address || !Serves(*address, host)) continue;
    for (int i = 0; i < 5; ++i) field();
    if (const auto inode = Cursor(field()).Decimal(); inode && *inode != 0) inodes.insert(*inode);
  }
}

// Num RefCount Protocol Flags Type St Inode Path; Flags has __SO_ACCEPTCON (0x10000) on listeners.
void UnixListenersIn(std::string_view table, const std::string& path, std::set<uint64_t>& inodes) {
  Cursor lines(table);
  lines.Line();
  while (!lines.AtEnd()) {
    Cursor in(lines.Line());
    std::array<std::string_view, 7> fields;
    for (std::string_view& field : fields) {
      in.SkipSpaces();
      field = in.Word();
    }
    in.SkipSpaces();
    const auto flags = Cursor(fields[3]).Hex();
    const auto inode = Cursor(fields[6]).Decimal();
    if (flags && (*flags & 0x10000) != 0 && inode && in.Rest() == path) inodes.insert(*inode);
  }
}

using Folder = std::unique_ptr<DIR, int (*)(DIR*)>;

// True when the process holds one of the sockets.
bool Holds(const std::string& folder, const std::set<uint64_t>& inodes, size_t& links, bool& denied) {
  const Folder fds(opendir(folder.c_str()), closedir);
  if (!fds) {
    denied = denied || errno == EACCES || errno == EPERM;
    return false;
  }
  std::array<char, 64> target;
  while (const dirent* entry = readdir(fds.get())) {
    if (links == 0) return false;
    --links;
    const ssize_t length = readlinkat(dirfd(fds.get()), entry->d_name, target.data(), target.size());
    if (length <= 0) continue;
    Cursor in(std::string_view(target.data(), static_cast<size_t>(length)));
    if (!in.Skip("socket:[")) continue;
    const auto inode = in.Decimal();
    if (inode && inodes.contains(*inode)) return true;
  }
  return false;
}

Owner FindHolders(const std::string& proc_root, const std::set<uint64_t>& inodes) {
  Owner owner;
  if (inodes.empty()) return owner;
  const Folder processes(opendir(proc_root.c_str()), closedir);
  if (!processes) return owner;
  size_t links = kMaxLinks;
  while (const dirent* entry = readdir(processes.get())) {
    Cursor name(entry->d_name);
    const auto pid = name.Decimal();
    if (!pid || !name.AtEnd()) continue;
    if (Holds(fmt::format("{}/{}/fd", proc_root, *pid), inodes, links, owner.denied))
      owner.pids.push_back(*pid);
  }
  std::ranges::sort(owner.pids);
  return owner;
}

}  // namespace

bool IsThisHost(const std::string& host) {
  if (EqualsIgnoreCase(host, "localhost") || host.ends_with(".localhost")) return true;
  const auto wanted = ParseAddress(host);
  if (!wanted) {
    std::array<char, 256> name{};
    return gethostname(name.data(), name.size() - 1) == 0 && EqualsIgnoreCase(host, name.data());
  }
  if (IsLoopback(*wanted) || IsAny(*wanted)) return true;
  ifaddrs* first = nullptr;
  if (getifaddrs(&first) != 0) return false;
  bool found = false;
  for (const ifaddrs* i = first; i != nullptr && !found; i = i->ifa_next) {
    if (i->ifa_addr == nullptr) continue;
    Address address = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    if (i->ifa_addr->sa_family == AF_INET) {
      std::memcpy(address.data() + 12, &reinterpret_cast<const sockaddr_in*>(i->ifa_addr)->sin_addr, 4);
    } else if (i->ifa_addr->sa_family == AF_INET6) {
      std::memcpy(address.data(), &reinterpret_cast<const sockaddr_in6*>(i->ifa_addr)->sin6_addr, 16);
    } else {
      continue;
    }
    found = address == *wanted;
  }
  freeifaddrs(first);
  return found;
}

Owner FindTcpOwner(const std::string& proc_root, const std::string& host, uint16_t port) {
  std::set<uint64_t> inodes;
  for (const char* table : {"/net/tcp", "/net/tcp6"}) {
    const auto text = ReadWhole(proc_root + table, kMaxTable);
    if (text.has_value()) ListenersIn(*text, host, port, inodes);
  }
  return FindHolders(proc_root, inodes);
}

Owner FindUnixOwner(const std::string& proc_root, const std::string& path) {
  std::set<uint64_t> inodes;
  const auto text = ReadWhole(proc_root + "/net/unix", kMaxTable);
  if (text.has_value()) UnixListenersIn(*text, path, inodes);
  return FindHolders(proc_root, inodes);
}

std::string ProcessName(const std::string& proc_root, uint64_t pid) {
  const auto comm = ReadWhole(fmt::format("{}/{}/comm", proc_root, pid), 4096);
  return comm.has_value() ? Printable(Trim(*comm)) : std::string();
}

bool IsProbablySame(const std::string& proc_root, uint64_t pid, std::string_view served) {
  if (served.empty()) {
    return std::ranges::find(kForwarders, std::string_view(ProcessName(proc_root, pid))) == kForwarders.end();
  }
  const auto own = ReadWhole(fmt::format("{}/{}/cmdline", proc_root, pid), 4 << 20);
  if (!own.has_value()) return false;
  auto trimmed = [](std::string_view text) {
    while (!text.empty() && (text.back() == '\0' || text.back() == '\n')) text.remove_suffix(1);
    return text;
  };
  return trimmed(*own) == trimmed(served);
}

}  // namespace seep::capture

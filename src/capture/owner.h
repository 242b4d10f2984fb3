// Which local process is behind an address: the listener's inode from /proc/net, its holder from /proc/*/fd.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace seep::capture {

struct Owner {
  std::vector<uint64_t> pids;  // usually one; several when processes share a listener
  bool denied = false;         // some processes could not be looked into: the owner may be among them
};

// Loopback, one of this host's addresses, or its name; names are not looked up.
bool IsThisHost(const std::string& host);

Owner FindTcpOwner(const std::string& proc_root, const std::string& host, uint16_t port);
Owner FindUnixOwner(const std::string& proc_root, const std::string& path);

// A listener may only forward (docker-proxy, kubectl port-forward, ssh -L): then its /proc is not the
// service's. `served` is the body of /debug/pprof/cmdline, os.Args joined by NUL (net/http/pprof Cmdline);
// empty when it was not to be had, in which case only the names of known forwarders speak against the
// process.
bool IsProbablySame(const std::string& proc_root, uint64_t pid, std::string_view served);

std::string ProcessName(const std::string& proc_root, uint64_t pid);  // /proc/PID/comm

}  // namespace seep::capture

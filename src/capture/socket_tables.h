// The sockets of many processes of this host at one moment: each network namespace is listed once.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "capture/keepalive.h"
#include "capture/round.h"

namespace seep::capture {

class SocketTables {
 public:
  // As DumpSockets, cut to what is the process' own: its sockets, and those that nobody owns (TIME_WAIT).
  // `own`: its socket descriptors.
  Result<Bytes> Of(const std::string& proc_root, uint64_t pid, std::span<const SocketFd> own, uint64_t limit);

 private:
  std::map<std::string, Result<Bytes>> by_namespace_;  // "net:[4026531840]"
};

// As TakeSockets of capture/proc.h, for one of many processes.
void TakeSockets(const CaptureOptions& options, uint64_t pid, SocketTables& tables, Round& round);

}  // namespace seep::capture

// All TCP sockets of a process' network namespace with their tcp_info, as the kernel lists them on a
// NETLINK_SOCK_DIAG socket (sock_diag(7)).
//
// /proc/PID/net/tcp has the same sockets as text, at ten times the cost and without tcp_info: no "last byte
// received". It is what there is where this is refused.
#pragma once

#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "base/result.h"

namespace seep::capture {

// The kernel's messages as they came; parse/sock_diag draws them. A namespace that is not seep's own is
// entered by a thread that ends at once, which takes CAP_SYS_ADMIN. kNotFound: `proc_root` tells no
// namespace; kPermission: it may not be entered; kUnsupported: this kernel does not list sockets this way.
Result<Bytes> DumpSockets(const std::string& proc_root, uint64_t pid, uint64_t limit);

}  // namespace seep::capture

// What keepalive a process has set on its TCP sockets, asked of the sockets themselves.
//
// The kernel's tables show the keepalive timer only while no other timer runs, and never its settings. A copy
// of the descriptor (pidfd_getfd(2), Linux 5.6) is asked by getsockopt(2) and closed at once: nothing is set.
// It takes the right to attach (PTRACE_MODE_ATTACH) and some 20 us a socket, so that a sample is taken.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "base/result.h"

namespace seep::capture {

struct SocketFd {
  int fd = -1;
  uint64_t inode = 0;
};

// "# seep keepalive 1" and a line for each connected TCP socket among at most `most` of `sockets`, evenly
// spread; parse/keepalive draws the lines. Sockets that are not the ones listed any more are left out.
// kPermission: the error names what is missing; kUnsupported: an older kernel.
Result<std::string> SampleKeepalive(const std::string& proc_root, uint64_t pid,
                                    std::span<const SocketFd> sockets, size_t most);

}  // namespace seep::capture

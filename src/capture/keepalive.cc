#include "capture/keepalive.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <cerrno>
#include <optional>

#include "base/text.h"
#include "capture/descriptor.h"
#include "capture/process_memory.h"

namespace seep::capture {
namespace {

// glibc 2.36 has no names for them; the numbers are the same on every architecture.
constexpr long kPidfdOpen = 434;
constexpr long kPidfdGetfd = 438;

std::optional<int> Option(const Descriptor& socket, int level, int name) {
  int value = 0;
  socklen_t size = sizeof value;
  if (getsockopt(socket.get(), level, name, &value, &size) != 0) return std::nullopt;
  return value;
}

// The line of one socket; nothing for what is not connected TCP, or not the socket that was listed.
std::string Describe(const Descriptor& copy, const SocketFd& wanted) {
  struct stat entry{};
  if (fstat(copy.get(), &entry) != 0 || !S_ISSOCK(entry.st_mode) || entry.st_ino != wanted.inode) return {};
  if (Option(copy, SOL_SOCKET, SO_PROTOCOL) != IPPROTO_TCP || Option(copy, SOL_SOCKET, SO_ACCEPTCONN) != 0)
    return {};
  const auto on = Option(copy, SOL_SOCKET, SO_KEEPALIVE);
  const auto idle = Option(copy, IPPROTO_TCP, TCP_KEEPIDLE);
  const auto interval = Option(copy, IPPROTO_TCP, TCP_KEEPINTVL);
  const auto count = Option(copy, IPPROTO_TCP, TCP_KEEPCNT);
  const auto timeout = Option(copy, IPPROTO_TCP, TCP_USER_TIMEOUT);
  if (!on || !idle || !interval || !count || !timeout) return {};
  return fmt::format("{} socket={} {} idle={} interval={} count={} user_timeout={}\n", wanted.fd,
                     wanted.inode, *on != 0 ? "on" : "off", *idle, *interval, *count,
                     static_cast<unsigned>(*timeout));
}

Error Explain(const std::string& proc_root, uint64_t pid, int error) {
  if (error == EPERM || error == EACCES) return ExplainDenied(proc_root, pid);
  const std::string where = fmt::format("{}/{}/fd", proc_root, pid);
  if (error == ENOSYS)
    return {ErrorCode::kUnsupported,
            "this kernel cannot copy a descriptor of another process (pidfd_getfd, Linux 5.6)",
            where,
            {}};
  if (error == ESRCH) return {ErrorCode::kNotFound, fmt::format("process {} is gone", pid), where, {}};
  return {ErrorCode::kUnavailable, ErrnoText(error), where, {}};
}

// pidfd_open(2) counts as seep's own pid namespace does; a /proc mounted from elsewhere may count otherwise.
bool CountsAsWeDo(const std::string& proc_root) {
  char self[32] = "";
  const ssize_t length = readlink((proc_root + "/self").c_str(), self, sizeof self - 1);
  return length > 0 && std::string_view(self, static_cast<size_t>(length)) == std::to_string(getpid());
}

}  // namespace

Result<std::string> SampleKeepalive(const std::string& proc_root, uint64_t pid,
                                    std::span<const SocketFd> sockets, size_t most) {
  if (!CountsAsWeDo(proc_root))
    return Fail(ErrorCode::kUnsupported, "its pids are those of another namespace", proc_root);
  const Descriptor process(static_cast<int>(syscall(kPidfdOpen, static_cast<pid_t>(pid), 0)));
  if (!process) return Fail(Explain(proc_root, pid, errno));
  std::string lines = "# seep keepalive 1\n";
  const size_t wanted = std::min(most, sockets.size());
  for (size_t i = 0; i < wanted; ++i) {
    const SocketFd& socket = sockets[i * sockets.size() / wanted];
    const Descriptor copy(static_cast<int>(syscall(kPidfdGetfd, process.get(), socket.fd, 0)));
    if (copy) {
      lines += Describe(copy, socket);
      continue;
    }
    if (errno != EBADF) return Fail(Explain(proc_root, pid, errno));  // EBADF: closed since
  }
  return lines;
}

}  // namespace seep::capture

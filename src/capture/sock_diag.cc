#include "capture/sock_diag.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <thread>

#include "base/text.h"
#include "capture/descriptor.h"
#include "model/net.h"

namespace seep::capture {
namespace {

// The kernel fills at most 32 KiB a message at a time (net/netlink/af_netlink.c netlink_dump).
constexpr size_t kBuffer = size_t{256} << 10;

struct Opened {
  Descriptor socket;
  int error = 0;
};

Opened OpenHere() {
  Opened opened;
  opened.socket = Descriptor(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG));
  if (!opened.socket) opened.error = errno;
  return opened;
}

// A socket belongs to the namespace it was made in, whoever reads it later. setns(2) moves the calling thread
// alone; the thread ends, so that nothing has to be undone.
Opened OpenIn(const Descriptor& space) {
  Opened opened;
  std::thread([&] {
    if (setns(space.get(), CLONE_NEWNET) == 0)
      opened = OpenHere();
    else
      opened.error = errno;
  }).join();
  return opened;
}

bool SameFile(const struct stat& a, const struct stat& b) {
  return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

Error Refused(int error, uint64_t pid, const std::string& path) {
  if (error == EPERM || error == EACCES)
    return {
        ErrorCode::kPermission,
        fmt::format("process {} is in another network namespace; entering it needs CAP_SYS_ADMIN", pid), path,
        "run seep as root (sudo), or inside that namespace; without it the last byte received is unknown"};
  if (error == ENOENT || error == EPROTONOSUPPORT || error == EAFNOSUPPORT || error == EOPNOTSUPP)
    return {ErrorCode::kUnsupported, "this kernel does not list TCP sockets by sock_diag", path,
            "modprobe tcp_diag; without it the last byte received is unknown"};
  return {ErrorCode::kUnavailable, ErrnoText(error), path, {}};
}

Result<Descriptor> OpenFor(const std::string& proc_root, uint64_t pid, const std::string& path) {
  const Descriptor space(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!space) {
    if (errno == ENOENT) return Fail(ErrorCode::kNotFound, "no network namespace is named here", path);
    return Fail(Refused(errno, pid, path));
  }
  struct stat theirs{};
  struct stat ours{};
  const bool here = fstat(space.get(), &theirs) == 0 &&
                    stat((proc_root + "/self/ns/net").c_str(), &ours) == 0 && SameFile(theirs, ours);
  Opened opened = here ? OpenHere() : OpenIn(space);
  if (!opened.socket) return Fail(Refused(opened.error, pid, path));
  return std::move(opened.socket);
}

// The request of the first generation, TCPDIAG_GETSOCK: it alone takes "both families" for one walk of the
// table (net/ipv4/inet_diag.c inet_diag_dump_compat).
bool Ask(const Descriptor& socket) {
  struct {
    nlmsghdr header;
    inet_diag_req request;
  } message{};
  message.header.nlmsg_len = sizeof message;
  message.header.nlmsg_type = TCPDIAG_GETSOCK;
  message.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  message.header.nlmsg_seq = model::kSockDiagSequence;
  message.request.idiag_family = AF_UNSPEC;
  message.request.idiag_states = ~0U;
  message.request.idiag_ext = 1 << (INET_DIAG_INFO - 1);
  return send(socket.get(), &message, sizeof message, 0) == static_cast<ssize_t>(sizeof message);
}

enum class End : uint8_t { kNotYet, kDone, kError };

// Whether one of these messages ends the dump; `error`: the errno of one that could not begin.
End EndOf(std::string_view messages, int& error) {
  while (messages.size() >= sizeof(nlmsghdr)) {
    nlmsghdr header;
    std::memcpy(&header, messages.data(), sizeof header);
    if (header.nlmsg_len < sizeof header || header.nlmsg_len > messages.size()) return End::kNotYet;
    if (header.nlmsg_type == NLMSG_DONE) return End::kDone;
    if (header.nlmsg_type == NLMSG_ERROR) {
      int code = 0;
      if (header.nlmsg_len >= sizeof header + sizeof code)
        std::memcpy(&code, messages.data() + sizeof header, sizeof code);
      error = -code;
      return End::kError;
    }
    messages.remove_prefix(std::min<size_t>(NLMSG_ALIGN(header.nlmsg_len), messages.size()));
  }
  return End::kNotYet;
}

}  // namespace

Result<Bytes> DumpSockets(const std::string& proc_root, uint64_t pid, uint64_t limit) {
  const std::string path = fmt::format("{}/{}/ns/net", proc_root, pid);
  SEEP_TRY(const Descriptor socket, OpenFor(proc_root, pid, path));
  // The kernel answers while it is asked; the time-out is for kernels that are none (gVisor and the like).
  const timeval patience{.tv_sec = 10, .tv_usec = 0};
  setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  if (!Ask(socket)) return Fail(Refused(errno, pid, path));
  std::string all;
  const auto buffer = std::make_unique_for_overwrite<char[]>(kBuffer);
  while (true) {
    const ssize_t got = recv(socket.get(), buffer.get(), kBuffer, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return Fail(Refused(errno, pid, path));
    const std::string_view messages(buffer.get(), static_cast<size_t>(got));
    if (messages.size() > limit - all.size())
      return Fail(ErrorCode::kTooLarge,
                  "the list of sockets is longer than " + FormatBytes(static_cast<double>(limit)), path,
                  "--max-file raises the limit");
    all.append(messages);
    int error = 0;
    const End end = EndOf(messages, error);
    if (end == End::kError) return Fail(Refused(error, pid, path));
    if (end == End::kDone || got == 0) return Bytes(std::move(all));
  }
}

}  // namespace seep::capture

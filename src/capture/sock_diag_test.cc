// Against real sockets of this very process: what the kernel says is not to be made up.
#include "capture/sock_diag.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cstring>

#include "capture/descriptor.h"
#include "capture/keepalive.h"

namespace seep::capture {
namespace {

constexpr uint64_t kLimit = uint64_t{1} << 30;

struct Listener {
  Descriptor socket{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  sockaddr_in address{};
  Listener() {
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(bind(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(listen(socket.get(), 4), 0);
    EXPECT_EQ(getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size), 0);
  }
};

uint64_t InodeOf(const Descriptor& socket) {
  struct stat entry{};
  EXPECT_EQ(fstat(socket.get(), &entry), 0);
  return entry.st_ino;
}

// struct inet_diag_msg ends with the inode; drawn in parse/sock_diag.
bool Lists(std::string_view messages, uint64_t inode) {
  while (messages.size() >= 16) {
    uint32_t length = 0;
    std::memcpy(&length, messages.data(), sizeof length);
    if (length < 16 || length > messages.size()) return false;
    if (length >= 16 + 72) {
      uint32_t found = 0;
      std::memcpy(&found, messages.data() + 16 + 68, sizeof found);
      if (found == inode) return true;
    }
    messages.remove_prefix(std::min<size_t>((length + 3) & ~3U, messages.size()));
  }
  return false;
}

TEST(SockDiag, ListsOurOwnSocket) {
  const Listener listener;
  const auto dump = DumpSockets("/proc", static_cast<uint64_t>(getpid()), kLimit);
  if (!dump.has_value() && dump.error().code == ErrorCode::kUnsupported) GTEST_SKIP() << dump.error().Text();
  ASSERT_TRUE(dump.has_value()) << dump.error().Text();
  EXPECT_TRUE(Lists(dump->view(), InodeOf(listener.socket)));
}

TEST(SockDiag, EntersTheNamespaceOfAnotherProcessAndComesBack) {
  int pipes[2];
  ASSERT_EQ(pipe(pipes), 0);
  const pid_t child = fork();
  if (child == 0) {
    if (unshare(CLONE_NEWNET) != 0) _exit(7);
    // No interface is up there: a listener on any address is all there can be.
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    listen(socket, 1);
    struct stat entry{};
    fstat(socket, &entry);
    const uint64_t inode = entry.st_ino;
    if (write(pipes[1], &inode, sizeof inode) != sizeof inode) _exit(1);
    char wait = 0;
    while (read(pipes[0], &wait, 0) == 0) pause();
    _exit(0);
  }
  close(pipes[1]);
  uint64_t inode = 0;
  const bool made = read(pipes[0], &inode, sizeof inode) == sizeof inode;
  const Listener ours;
  const auto theirs = DumpSockets("/proc", static_cast<uint64_t>(child), kLimit);
  const auto here = DumpSockets("/proc", static_cast<uint64_t>(getpid()), kLimit);
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  close(pipes[0]);
  if (!made) GTEST_SKIP() << "making a network namespace takes CAP_SYS_ADMIN";
  if (!here.has_value() && here.error().code == ErrorCode::kUnsupported) GTEST_SKIP() << here.error().Text();
  ASSERT_TRUE(theirs.has_value()) << theirs.error().Text();
  EXPECT_TRUE(Lists(theirs->view(), inode));
  EXPECT_FALSE(Lists(theirs->view(), InodeOf(ours.socket)));
  ASSERT_TRUE(here.has_value()) << here.error().Text();
  EXPECT_TRUE(Lists(here->view(), InodeOf(ours.socket)));
  EXPECT_FALSE(Lists(here->view(), inode));
}

TEST(SockDiag, ALimitIsKept) {
  const auto dump = DumpSockets("/proc", static_cast<uint64_t>(getpid()), 10);
  ASSERT_FALSE(dump.has_value());
  if (dump.error().code == ErrorCode::kUnsupported) GTEST_SKIP() << dump.error().Text();
  EXPECT_EQ(dump.error().code, ErrorCode::kTooLarge);
}

TEST(Keepalive, AsksWhatTheTablesHide) {
  const Listener listener;
  const Descriptor dialled(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const auto set = [&](int level, int name, int value) {
    ASSERT_EQ(setsockopt(dialled.get(), level, name, &value, sizeof value), 0);
  };
  set(SOL_SOCKET, SO_KEEPALIVE, 1);
  set(IPPROTO_TCP, TCP_KEEPIDLE, 21);
  set(IPPROTO_TCP, TCP_KEEPINTVL, 7);
  set(IPPROTO_TCP, TCP_KEEPCNT, 5);
  ASSERT_EQ(
      connect(dialled.get(), reinterpret_cast<const sockaddr*>(&listener.address), sizeof listener.address),
      0);
  const std::vector<SocketFd> sockets = {{listener.socket.get(), InodeOf(listener.socket)},
                                         {dialled.get(), InodeOf(dialled)},
                                         {dialled.get(), 1}};  // the number of another socket by now
  const auto lines = SampleKeepalive("/proc", static_cast<uint64_t>(getpid()), sockets, 10);
  if (!lines.has_value() && lines.error().code != ErrorCode::kNotFound) GTEST_SKIP() << lines.error().Text();
  ASSERT_TRUE(lines.has_value()) << lines.error().Text();
  EXPECT_EQ(*lines, "# seep keepalive 1\n" + std::to_string(dialled.get()) + " socket=" +
                        std::to_string(InodeOf(dialled)) + " on idle=21 interval=7 count=5 user_timeout=0\n");
}

TEST(Keepalive, AProcessThatIsGone) {
  const pid_t child = fork();
  if (child == 0) _exit(0);
  waitpid(child, nullptr, 0);
  const std::vector<SocketFd> sockets = {{0, 1}};
  const auto lines = SampleKeepalive("/proc", static_cast<uint64_t>(child), sockets, 10);
  ASSERT_FALSE(lines.has_value());
}

}  // namespace
}  // namespace seep::capture

// The /proc formats together: their fixtures are of one process.
#include <gtest/gtest.h>

#include <algorithm>

#include "parse/fixtures.h"

namespace seep::parse {
namespace {

using model::FdKind;
using model::TcpState;
using model::TcpTimer;

constexpr uint64_t kKiB = 1024;

TEST(ProcStatus, RealFile) {
  Parser parser;
  const model::Snapshot s = parser.One(ReadFixture("proc/status"), "proc/status");
  ASSERT_TRUE(s.status);
  EXPECT_EQ(s.status->name, "netsvc");
  EXPECT_EQ(s.status->pid, 28921u);
  EXPECT_EQ(s.status->vm_rss, 13060 * kKiB);
  EXPECT_EQ(s.status->rss_anon, 9432 * kKiB);
  EXPECT_EQ(s.status->rss_file, 3628 * kKiB);
  EXPECT_EQ(s.status->rss_shmem, 0u);
  EXPECT_EQ(s.status->threads, 5u);
  EXPECT_EQ(s.status->uid, 0u);
  EXPECT_EQ(s.process.pid, 28921u);
  EXPECT_TRUE(s.gaps.empty());
  EXPECT_EQ(s.sources.at(0).kind, "proc/status");
}

TEST(ProcStatus, ZombiesHaveNoMemory) {
  Parser parser;
  const model::Snapshot s = parser.One("Name:\torders\nState:\tZ (zombie)\nPid:\t7\nThreads:\t1\n");
  EXPECT_FALSE(s.status->vm_rss);
  EXPECT_EQ(s.gaps.size(), 1u);
}

TEST(ProcStat, RealFile) {
  Parser parser;
  const model::Snapshot s = parser.One(ReadFixture("proc/stat"), "proc/stat");
  EXPECT_EQ(s.process.pid, 28921u);
  EXPECT_EQ(s.start_ticks, 324591u);
  EXPECT_EQ(s.cpu_ticks, 0u);
}

TEST(ProcStat, WithTheTimeOfBootItTellsTheStart) {
  Parser parser;
  const std::string line = "12 (a) S 1 12 12 0 -1 4194560 1 2 3 4 70 30 0 0 20 0 5 0 987654 1 2 3\n";
  EXPECT_FALSE(parser.One(line).process.started);
  EXPECT_EQ(parser.One(line + "btime 1700000000\n").process.started,
            FromUnixNanos(1'700'009'876'000'000'000));
  EXPECT_FALSE(parser.One(line + "btime 18446744073709551615\n").process.started);
}

TEST(ProcStat, NamesMayHoldSpacesAndParentheses) {
  Parser parser;
  const model::Snapshot s =
      parser.One("12 (a) b (c) R 9 9) S 1 12 12 0 -1 4194560 1 2 3 4 70 30 0 0 20 0 5 0 987654 1 2 3\n");
  EXPECT_EQ(s.process.pid, 12u);
  EXPECT_EQ(s.cpu_ticks, 100u);
  EXPECT_EQ(s.start_ticks, 987654u);
  EXPECT_NE(parser.ErrorOf("12 (a) S 1 2 3\n").find("expected /proc/PID/stat"), std::string::npos);
}

TEST(ProcSmaps, SumsAgreeWithRollupAndStatus) {
  Parser parser;
  const model::Snapshot s = parser.One(ReadFixture("proc/smaps.gz"), "proc/smaps");
  ASSERT_TRUE(s.smaps);
  EXPECT_TRUE(s.gaps.empty());
  const model::Snapshot rollup = parser.One(ReadFixture("proc/smaps_rollup"), "proc/smaps_rollup");
  EXPECT_EQ(s.smaps_rollup->rss, 13060 * kKiB);
  EXPECT_EQ(rollup.smaps_rollup->rss, s.smaps_rollup->rss);
  EXPECT_EQ(rollup.smaps_rollup->anonymous, s.smaps_rollup->anonymous);
  EXPECT_EQ(rollup.smaps_rollup->private_dirty, s.smaps_rollup->private_dirty);
  EXPECT_EQ(rollup.smaps_rollup->swap, 0u);
  const model::Mapping& text = s.smaps->front();
  EXPECT_EQ(text.begin, 0x400000u);
  EXPECT_EQ(parser.stacks.text(text.path), "/tmp/h2/netsvc/netsvc");
  EXPECT_TRUE(text.readable && text.executable && !text.writable && !text.shared);
  // Not at 0xc000000000: Go 1.26 places its heap at random.
  const auto heap =
      std::ranges::find_if(*s.smaps, [](const model::Mapping& m) { return m.begin == 0x242aa2c00000; });
  ASSERT_NE(heap, s.smaps->end());
  EXPECT_TRUE(heap->writable);
  EXPECT_GT(heap->anonymous, 8u << 20);
}

TEST(ProcSmaps, AMappingThatGrewDuringTheReadCountsOnce) {
  Parser parser;
  const model::Snapshot s = parser.One(
      "b000000000-b000001000 rw-p 00000000 00:00 0 \nSize: 4 kB\nRss: 4 kB\n"
      "c000000000-c000400000 rw-p 00000000 00:00 0 [anon: Go: heap]\nSize: 4096 kB\nRss: 100 kB\n"
      "c000000000-c000800000 rw-p 00000000 00:00 0 [anon: Go: heap]\nSize: 8192 kB\nRss: 200 kB\nLazyFree: 8 "
      "kB\n");
  ASSERT_EQ(s.smaps->size(), 2u);
  EXPECT_EQ(s.smaps_rollup->rss, 204 * kKiB);
  EXPECT_EQ(s.smaps->back().end, 0xc000800000u);
  EXPECT_EQ(s.smaps->back().lazy_free, 8 * kKiB);
  EXPECT_EQ(parser.stacks.text(s.smaps->back().path), "[anon: Go: heap]");
  ASSERT_EQ(s.gaps.size(), 1u);
  EXPECT_NE(s.gaps[0].why.find("1 mapping was printed twice"), std::string::npos) << s.gaps[0].why;
}

TEST(ProcLimits, RealFileAndUnlimited) {
  Parser parser;
  const model::Snapshot s = parser.One(ReadFixture("proc/limits"), "whatever");
  ASSERT_TRUE(s.limits);
  EXPECT_EQ(s.limits->open_files, 20000u);
  EXPECT_EQ(s.limits->processes, 96365u);
  EXPECT_FALSE(s.limits->address_space);
}

TEST(ProcFd, BothListings) {
  Parser parser;
  const model::Snapshot ours = parser.One(ReadFixture("proc/fd"), "proc/fd");
  ASSERT_EQ(ours.fds->size(), 18u);
  const model::Fd& socket = ours.fds->at(3);
  EXPECT_EQ(socket.number, 3);
  EXPECT_EQ(socket.kind, FdKind::kSocket);
  EXPECT_EQ(socket.inode, 706157u);
  EXPECT_EQ(ours.fds->at(0).kind, FdKind::kDevice);
  EXPECT_EQ(ours.fds->at(1).kind, FdKind::kFile);
  EXPECT_EQ(ours.fds->at(5).kind, FdKind::kEventPoll);
  EXPECT_EQ(ours.fds->at(6).kind, FdKind::kEventFd);
  EXPECT_EQ(ours.fds->back().kind, FdKind::kPipe);
  EXPECT_EQ(ours.fds->back().inode, 706113u);
  const model::Snapshot ls = parser.One(ReadFixture("proc/fd_ls"), "fd.txt");
  ASSERT_EQ(ls.fds->size(), 18u);
  const auto same = std::ranges::find_if(*ls.fds, [](const model::Fd& fd) { return fd.number == 3; });
  EXPECT_EQ(same->inode, 706157u);
}

TEST(ProcFd, NoDescriptorsAtAll) {
  Parser parser;
  const model::Snapshot s = parser.One("", "proc/fd");
  ASSERT_TRUE(s.fds);
  EXPECT_TRUE(s.fds->empty());
}

const model::Socket* Find(const model::Snapshot& s, uint64_t inode) {
  for (const model::Socket& socket : *s.sockets)
    if (socket.inode == inode) return &socket;
  return nullptr;
}

TEST(ProcNetTcp, StatesTimersAndQueues) {
  Parser parser;
  const model::Snapshot s = parser.One(ReadFixture("proc/net_tcp"), "proc/net/tcp");
  ASSERT_EQ(s.sockets->size(), 8u);
  const model::Socket* listener = Find(s, 706157);
  EXPECT_EQ(listener->state, TcpState::kListen);
  EXPECT_EQ(model::FormatEndpoint(listener->local), "127.0.0.1:18081");
  const model::Socket* unread_fin = Find(s, 706175);
  EXPECT_EQ(unread_fin->state, TcpState::kCloseWait);
  EXPECT_EQ(unread_fin->receive_queue, 1u);
  const model::Socket* alive = Find(s, 706162);
  EXPECT_EQ(alive->state, TcpState::kEstablished);
  EXPECT_EQ(alive->timer, TcpTimer::kKeepalive);
  EXPECT_EQ(alive->timer_ms, 14290u);  // 0x595 ticks of 10 ms
  EXPECT_EQ(Find(s, 706166)->timer, TcpTimer::kOff);
  EXPECT_EQ(Find(s, 706168)->receive_queue, 1234u);
  const model::Socket* orphan = Find(s, 0);
  EXPECT_EQ(orphan->state, TcpState::kFinWait2);
  EXPECT_EQ(orphan->timer, TcpTimer::kTimeWait);
}

TEST(ProcNetTcp, V6AndMappedAddresses) {
  Parser parser;
  const model::Snapshot s = parser.One(ReadFixture("proc/net_tcp6"), "tcp6");
  ASSERT_EQ(s.sockets->size(), 4u);
  EXPECT_EQ(model::FormatEndpoint(Find(s, 706161)->local), "[::]:18082");
  EXPECT_EQ(model::FormatEndpoint(Find(s, 706171)->local), "[::1]:18082");
  // The server's end of a v4 connection: the same address as in net/tcp, so that the two ends can be joined.
  EXPECT_EQ(model::FormatEndpoint(Find(s, 706172)->remote), "127.0.0.1:57708");
}

TEST(ProcNetTcp, ProbesAreCountedWhereProbesRun) {
  Parser parser;
  const std::string header =
      "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";
  const model::Snapshot s = parser.One(header +
                                       "   0: 0500000A:D431 0600000A:0016 01 00000000:00000000 02:00000064 "
                                       "00000000  1000        3 77 2 0 20 4 30 10 -1\n"
                                       "   1: 0500000A:D432 0600000A:0016 01 00000040:00000000 01:0000000A "
                                       "00000007  1000        0 78 2 0 20 4 30 10 -1\n"
                                       "   2: 0500000A:D433 0600000A\n");
  EXPECT_EQ(Find(s, 77)->retransmits, 3u);
  EXPECT_EQ(Find(s, 77)->timer_ms, 1000u);
  EXPECT_EQ(Find(s, 78)->retransmits, 7u);
  EXPECT_EQ(Find(s, 78)->send_queue, 64u);
  EXPECT_EQ(Find(s, 78)->uid, 1000u);
  ASSERT_EQ(s.gaps.size(), 1u);
  EXPECT_EQ(parser.One(header).sockets->size(), 0u);
}

TEST(ProcNetTcp, UdpIsNotTcp) {
  Parser parser;
  EXPECT_NE(
      parser.ErrorOf(
          "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode "
          "ref pointer drops\n"),
      "(no error)");
}

TEST(ProcCgroup, NamesOfBothVersions) {
  Parser parser;
  EXPECT_EQ(parser.One(ReadFixture("proc/cgroup2/memory.current"), "proc/cgroup/memory.current")
                .cgroup->memory_current,
            20971520u);
  EXPECT_EQ(parser.One(ReadFixture("proc/cgroup2/memory.high"), "memory.high").cgroup->memory_high,
            50000000u);
  EXPECT_EQ(
      parser.One(ReadFixture("proc/cgroup2/memory.swap.max"), "memory.swap.max").cgroup->memory_swap_max, 0u);
  const model::Snapshot stat = parser.One(ReadFixture("proc/cgroup2/memory.stat"), "loose.txt");
  ASSERT_EQ(stat.cgroup->memory_stat.size(), 5u);
  EXPECT_EQ(stat.cgroup->memory_stat[4], (std::pair<std::string, uint64_t>("inactive_file", 2048000)));
  EXPECT_TRUE(parser.One(ReadFixture("proc/cgroup1/memory.usage_in_bytes"), "memory.usage_in_bytes")
                  .cgroup->memory_current);
  EXPECT_FALSE(
      parser.One(ReadFixture("proc/cgroup1/memory.stat"), "memory.stat").cgroup->memory_stat.empty());
}

TEST(ProcCgroup, NoLimitIsNoNumber) {
  Parser parser;
  EXPECT_FALSE(parser.One(ReadFixture("proc/cgroup2/memory.max"), "memory.max").cgroup->memory_max);
  EXPECT_FALSE(parser.One("9223372036854771712\n", "memory.limit_in_bytes").cgroup->memory_max);
  EXPECT_EQ(parser.One("1073741824\n", "memory.limit_in_bytes").cgroup->memory_max, 1073741824u);
}

TEST(ProcCmdline, OnlyItsNameMakesIt) {
  Parser parser;
  const std::string bytes("/usr/bin/orders\0-addr\0:8080\0", 28);
  const model::Snapshot s = parser.One(bytes, "proc/cmdline");
  EXPECT_EQ(s.process.cmdline, "/usr/bin/orders -addr :8080");
  EXPECT_EQ(s.process.name, "orders");
  EXPECT_NE(parser.ErrorOf(bytes, "notes"), "(no error)");
  EXPECT_NE(parser.ErrorOf("404 page not found\n", "cmdline"), "(no error)");
}

}  // namespace
}  // namespace seep::parse

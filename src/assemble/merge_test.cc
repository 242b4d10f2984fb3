#include "assemble/merge.h"

#include <gtest/gtest.h>

namespace seep::assemble {
namespace {

using model::Snapshot;

TEST(Merge, TakesWhatIsMissingAndKeepsWhatIsThere) {
  Snapshot into;
  into.process.pid = 7;
  into.start_ticks = 1;
  into.status.emplace();
  into.status->vm_rss = 100;
  Snapshot from;
  from.process.pid = 8;
  from.process.host = "db1";
  from.start_ticks = 2;
  from.cpu_ticks = 3;
  from.status.emplace();
  from.status->vm_rss = 200;
  from.status->threads = 12;
  from.sources.push_back({"proc/status", "s", {}, 1});
  from.gaps.push_back({"fds", "no right", "sudo"});
  Merge(into, std::move(from));
  EXPECT_EQ(into.process.pid, 7u);
  EXPECT_EQ(into.process.host, "db1");
  EXPECT_EQ(into.start_ticks, 1u);
  EXPECT_EQ(into.cpu_ticks, 3u);
  EXPECT_EQ(into.status->vm_rss, 100u);
  EXPECT_EQ(into.status->threads, 12u);
  EXPECT_EQ(into.sources.size(), 1u);
  EXPECT_EQ(into.gaps.size(), 1u);
}

TEST(Merge, TheTablesOfTheTwoFamiliesAddUpAndSockDiagReplacesThem) {
  const auto table = [](uint64_t inode, uint64_t cookie) {
    Snapshot s;
    s.sockets.emplace(1);
    s.sockets->front().inode = inode;
    s.sockets->front().cookie = cookie;
    return s;
  };
  Snapshot into = table(1, 0);
  Merge(into, table(2, 0));
  EXPECT_EQ(into.sockets->size(), 2u);
  Merge(into, table(3, 99));
  ASSERT_EQ(into.sockets->size(), 1u);
  EXPECT_EQ(into.sockets->front().inode, 3u);
  Merge(into, table(4, 0));
  ASSERT_EQ(into.sockets->size(), 1u);
  EXPECT_EQ(into.sockets->front().inode, 3u);
}

TEST(Merge, TheKernelsStatusWinsOverWhatMetricsSay) {
  Snapshot metrics;
  metrics.status.emplace();
  metrics.status->vm_rss = 100;
  metrics.status->threads = 5;
  Snapshot kernel;
  kernel.status.emplace();
  kernel.status->vm_rss = 120;
  kernel.status->rss_anon = 90;
  Merge(metrics, std::move(kernel));
  EXPECT_EQ(metrics.status->vm_rss, 120u);
  EXPECT_EQ(metrics.status->rss_anon, 90u);
  EXPECT_EQ(metrics.status->threads, 5u);
}

TEST(Merge, SocketsOfBothFamiliesAreJoined) {
  Snapshot v4, v6;
  v4.sockets.emplace(3);
  v6.sockets.emplace(2);
  Merge(v4, std::move(v6));
  EXPECT_EQ(v4.sockets->size(), 5u);
}

TEST(Merge, CgroupFilesBecomeOneCgroup) {
  Snapshot current, limit;
  current.cgroup.emplace();
  current.cgroup->memory_current = 5;
  limit.cgroup.emplace();
  limit.cgroup->memory_max = 9;
  limit.cgroup->memory_stat = {{"file", 3}};
  Merge(current, std::move(limit));
  EXPECT_EQ(current.cgroup->memory_current, 5u);
  EXPECT_EQ(current.cgroup->memory_max, 9u);
  EXPECT_EQ(current.cgroup->memory_stat.size(), 1u);
}

TEST(Merge, MemStatsOfTwoSourcesComplementEachOther) {
  Snapshot a, b;
  a.mem_stats.emplace();
  a.mem_stats->sys = 1;
  b.mem_stats.emplace();
  b.mem_stats->sys = 2;
  b.mem_stats->gc_limit = 3;
  b.mem_stats->last_gc_ns = 4;
  Merge(a, std::move(b));
  EXPECT_EQ(a.mem_stats->sys, 1u);
  EXPECT_EQ(a.mem_stats->gc_limit, 3u);
  EXPECT_EQ(a.mem_stats->last_gc_ns, 4);
}

TEST(IsEmpty, OnlyGapsAndSourcesSayNothing) {
  Snapshot s;
  s.gaps.push_back({"heap", "refused", ""});
  s.sources.push_back({"heap", "x", {}, 0});
  EXPECT_TRUE(IsEmpty(s));
  s.fds.emplace();
  EXPECT_FALSE(IsEmpty(s)) << "no descriptor open is evidence too";
}

}  // namespace
}  // namespace seep::assemble

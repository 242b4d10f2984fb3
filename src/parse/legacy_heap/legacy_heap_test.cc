#include <gtest/gtest.h>

#include "parse/fixtures.h"
#include "parse/mem_stats/mem_stats.h"

namespace seep::parse {
namespace {

std::vector<int64_t> Totals(const model::Profile& profile) {
  std::vector<int64_t> totals(profile.types.size());
  for (size_t i = 0; i < profile.samples.size(); ++i)
    for (size_t j = 0; j < totals.size(); ++j) totals[j] += profile.ValuesOf(i)[j];
  return totals;
}

// The same process as heap.pb.gz: the text, unsampled here, must give what Go unsampled there (and pprof
// -raw).
TEST(LegacyHeap, TotalsArePprofs) {
  Parser parser;
  const model::Snapshot now = parser.One(ReadFixture("pprof/go1.26/heap.txt.gz"));
  ASSERT_TRUE(now.heap);
  EXPECT_EQ(Totals(*now.heap), (std::vector<int64_t>{3345, 5905991, 1416, 2055962}));
  EXPECT_EQ(now.heap->period, 4096);
  EXPECT_TRUE(now.gaps.empty());
  const model::Snapshot old = parser.One(ReadFixture("pprof/go1.19/heap.txt.gz"));
  EXPECT_EQ(Totals(*old.heap), (std::vector<int64_t>{916, 3770567, 646, 1315194}));
}

TEST(LegacyHeap, StacksAndLabelsAreThoseOfTheProto) {
  Parser parser;
  const model::Snapshot text = parser.One(ReadFixture("pprof/go1.26/heap.txt.gz"));
  const model::Snapshot proto = parser.One(ReadFixture("pprof/go1.26/heap.pb.gz"));
  const auto find = [&](const model::Profile& profile) {
    for (size_t i = 0; i < profile.samples.size(); ++i)
      if (profile.ValuesOf(i)[3] > (1 << 20)) return profile.samples[i];
    return model::Sample{};
  };
  const model::Sample a = find(*text.heap), b = find(*proto.heap);
  EXPECT_EQ(parser.Functions(a.stack), "main.store < main.fill < main.main < runtime.main");
  EXPECT_EQ(a.stack, b.stack);
  EXPECT_EQ(a.labels, b.labels);
}

TEST(LegacyHeap, MemStatsBlock) {
  Parser parser;
  const model::Snapshot now = parser.One(ReadFixture("pprof/go1.26/heap.txt.gz"));
  ASSERT_TRUE(now.mem_stats);
  const model::MemStats& m = *now.mem_stats;
  EXPECT_EQ(m.alloc, 3548000u);
  EXPECT_EQ(m.total_alloc, 8786016u);
  EXPECT_EQ(m.sys, 12687624u);
  EXPECT_EQ(m.mallocs, 4560u);
  EXPECT_EQ(m.frees, 2723u);
  EXPECT_EQ(m.heap_released, 3014656u);
  EXPECT_EQ(m.stack_inuse, 360448u);
  EXPECT_EQ(m.mspan_sys, 65280u);
  EXPECT_EQ(m.mcache_sys, 16072u);
  EXPECT_EQ(m.gc_sys, 2234608u);
  EXPECT_EQ(m.next_gc, 6073442u);
  EXPECT_EQ(m.num_gc, 5u);
  EXPECT_EQ(m.last_gc_ns, 1795287733206128130);
  EXPECT_FALSE(m.gc_limit);
}

TEST(LegacyHeap, BareAddressesAndUnsampledKinds) {
  Parser parser;
  const model::Snapshot s =
      parser.One("heap profile: 2: 64 [4: 128] @ heapprofile\n2: 64 [4: 128] @ 0x10 0x20\n");
  EXPECT_EQ(Totals(*s.native), (std::vector<int64_t>{4, 128, 2, 64}));
  EXPECT_EQ(parser.Functions(s.native->samples.at(0).stack), "0xf < 0x1f");
  // 1/(1-exp(-32/512)) = 16.505
  const model::Snapshot v2 =
      parser.One("heap profile: 2: 64 [4: 128] @ heap_v2/512\n2: 64 [4: 128] @ 0x10\n");
  EXPECT_EQ(Totals(*v2.native), (std::vector<int64_t>{66, 2112, 33, 1056}));
  EXPECT_FALSE(v2.heap);  // a C allocator's: no Go heap
}

TEST(LegacyHeap, ACutTextIsSaid) {
  Parser parser;
  const model::Snapshot s =
      parser.One("heap profile: 2: 64 [4: 128] @ heap/1024\n2: 64 [4: 128] @ 0x10\n2: 64 [4:");
  ASSERT_EQ(s.gaps.size(), 2u);
  EXPECT_EQ(s.gaps[0].why, "1 line of the text profile could not be read");
  EXPECT_NE(s.gaps[1].why.find("before its runtime.MemStats block"), std::string::npos);
}

TEST(LegacyHeap, UnknownKindIsAnError) {
  Parser parser;
  EXPECT_NE(parser.ErrorOf("heap profile: 2: 64 [4: 128] @ growthz\n").find("kind 'growthz'"),
            std::string::npos);
  EXPECT_NE(parser.ErrorOf("heap profile: none\n").find("expected 'heap profile: 1: 2"), std::string::npos);
}

TEST(MemStats, LinesThatAreNone) {
  model::MemStats m;
  EXPECT_FALSE(ReadMemStatsLine("# PauseNs = [236141 173888]", m));
  EXPECT_FALSE(ReadMemStatsLine("# DebugGC = false", m));
  EXPECT_FALSE(ReadMemStatsLine("#\t0x51aa71\tmain.store+0x51\t/tmp/main.go:19", m));
  EXPECT_FALSE(ReadMemStatsLine("Alloc = 1", m));
  EXPECT_TRUE(ReadMemStatsLine("# LastGC = 0", m));
  EXPECT_FALSE(m.last_gc_ns);  // no collection yet: not a moment in 1970
}

}  // namespace
}  // namespace seep::parse

#include <gtest/gtest.h>

#include "parse/parse.h"

namespace seep::parse {
namespace {

Result<std::vector<model::Snapshot>> Parse(std::string text) {
  model::StackTable stacks;
  Context context{stacks, {}};
  model::Artifact artifact;
  artifact.name = "runtime/process";
  artifact.bytes = Bytes(std::move(text));
  return ParseArtifact(artifact, context);
}

TEST(GoProcessFormat, SaysWhichGoAndWhatIsMissing) {
  const auto found = Parse(
      "# seep go process 1\ngo go1.26.8\ngoroutines seen=97 moved=3 unreadable=0 cut=1\nnew thing\n"
      "objects net/http.Transport different=30 holders=31\n"
      "arenas c000000000-c004000000 x-y 250060000000-250064000000 9-8\n");
  ASSERT_TRUE(found.has_value());
  const model::Snapshot& s = found->front();
  EXPECT_EQ(s.process.go_version, "go1.26.8");
  ASSERT_EQ(s.gaps.size(), 2U);
  EXPECT_EQ(s.gaps[0].what, "3 goroutines of 100");
  EXPECT_EQ(s.gaps[1].what, "a part of 1 stack");
  const std::vector<std::pair<uint64_t, uint64_t>> arenas = {{0xc000000000, 0xc004000000},
                                                             {0x250060000000, 0x250064000000}};
  EXPECT_EQ(s.go_arenas, arenas) << "what is no range is passed over";
  ASSERT_EQ(s.counted.size(), 1U);
  EXPECT_EQ(s.counted[0].type, "net/http.Transport");
  EXPECT_EQ(s.counted[0].objects, 30U);
  EXPECT_EQ(s.counted[0].holders, 31U);
}

TEST(GoProcessFormat, MemStatsThatCanBeCountedFromOutside) {
  const auto found =
      Parse("# seep go process 1\nmemstats HeapAlloc=3548000 StackInuse=1802240 NumGC= New=7 x\n");
  ASSERT_TRUE(found.has_value());
  const auto& stats = found->front().mem_stats;
  ASSERT_TRUE(stats.has_value());
  EXPECT_EQ(stats->heap_alloc, 3548000u);
  EXPECT_EQ(stats->stack_inuse, 1802240u);
  EXPECT_FALSE(stats->num_gc.has_value());
  EXPECT_FALSE(stats->sys.has_value());
}

TEST(GoProcessFormat, AControlCharacterEndsTheArenas) {
  const auto found =
      Parse("# seep go process 1\narenas c000000000-c004000000 \r 250060000000-250064000000\n");
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->front().go_arenas.size(), 1U);
}

TEST(GoProcessFormat, NothingMissingIsNoGap) {
  const auto found = Parse("# seep go process 1\ngo go1.18\ngoroutines seen=97 moved=0 unreadable=0 cut=0\n");
  ASSERT_TRUE(found.has_value());
  EXPECT_TRUE(found->front().gaps.empty());
}

}  // namespace
}  // namespace seep::parse

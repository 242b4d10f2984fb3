#include <gtest/gtest.h>

#include "parse/fixtures.h"

namespace seep::parse {
namespace {

std::vector<int64_t> Totals(const model::Profile& profile) {
  std::vector<int64_t> totals(profile.types.size());
  for (size_t i = 0; i < profile.samples.size(); ++i)
    for (size_t j = 0; j < totals.size(); ++j) totals[j] += profile.ValuesOf(i)[j];
  return totals;
}

// The totals go tool pprof -raw gives for the same files.
TEST(Contention, TotalsArePprofs) {
  Parser parser;
  const model::Snapshot block = parser.One(ReadFixture("pprof/go1.26/block.txt"));
  ASSERT_TRUE(block.block);
  EXPECT_EQ(Totals(*block.block), (std::vector<int64_t>{7, 52235381}));
  const model::Snapshot mutex = parser.One(ReadFixture("pprof/go1.26/mutex.txt"));
  ASSERT_TRUE(mutex.mutex);
  EXPECT_EQ(Totals(*mutex.mutex), (std::vector<int64_t>{10, 33607387}));
  EXPECT_EQ(mutex.sources.at(0).kind, "mutex debug=1");
}

TEST(Contention, StacksAreTheSymbolisedLines) {
  Parser parser;
  const model::Snapshot mutex = parser.One(ReadFixture("pprof/go1.26/mutex.txt"));
  EXPECT_EQ(parser.Functions(mutex.mutex->samples.at(0).stack),
            "sync.(*Mutex).Unlock < main.hold[...] < main.main.func4 < main.main.gowrap5");
}

TEST(Contention, PeriodMultipliesCountsAndDelays) {
  Parser parser;
  const model::Snapshot mutex =
      parser.One("--- mutex:\ncycles/second=2000000000\nsampling period=5\n1000 3 @ 0x10 0x20\nnonsense\n");
  EXPECT_EQ(Totals(*mutex.mutex), (std::vector<int64_t>{15, 2500}));
  EXPECT_EQ(parser.Functions(mutex.mutex->samples.at(0).stack), "0xf < 0x1f");
  ASSERT_EQ(mutex.gaps.size(), 1u);
  EXPECT_EQ(mutex.gaps[0].why, "1 line of the text profile could not be read");
}

TEST(Contention, EmptyProfileIsEvidenceOfNothingWaited) {
  Parser parser;
  const model::Snapshot block = parser.One("--- contention:\ncycles/second=2099999778\n");
  ASSERT_TRUE(block.block);
  EXPECT_TRUE(block.block->samples.empty());
  EXPECT_TRUE(block.gaps.empty());
}

}  // namespace
}  // namespace seep::parse

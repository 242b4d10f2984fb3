#include <gtest/gtest.h>

#include "parse/fixtures.h"

namespace seep::parse {
namespace {

TEST(Expvar, RealFile) {
  Parser parser;
  const model::Snapshot s = parser.One(ReadFixture("expvar/vars.json"), "vars");
  ASSERT_TRUE(s.mem_stats);
  EXPECT_EQ(s.mem_stats->alloc, 149584u);
  EXPECT_EQ(s.mem_stats->sys, 12278024u);
  EXPECT_EQ(s.mem_stats->mallocs, 614u);  // of the object itself, not of its BySize list
  EXPECT_EQ(s.mem_stats->heap_released, 7307264u);
  EXPECT_EQ(s.mem_stats->stack_inuse, 327680u);
  EXPECT_EQ(s.mem_stats->num_gc, 0u);
  EXPECT_FALSE(s.mem_stats->last_gc_ns);
  EXPECT_EQ(s.process.cmdline, "./vars -addr :8080");
  EXPECT_EQ(s.process.name, "vars");
  EXPECT_TRUE(s.gaps.empty());
  EXPECT_EQ(s.sources.at(0).kind, "expvar");
}

TEST(Expvar, VariablesOfTheServiceArePassedOver) {
  Parser parser;
  const model::Snapshot s = parser.One(
      R"({"cmdline": ["a", "b c"], "own": {"Alloc": 1, "memstats": {"Alloc": 2}}, "memstats": {"Alloc": 3, "Sys": -4}, "z": [[1]]})");
  EXPECT_EQ(s.mem_stats->alloc, 3u);
  EXPECT_FALSE(s.mem_stats->sys);
  EXPECT_EQ(s.process.cmdline, "a b c");
}

TEST(Expvar, CutOffGivesWhatCameBefore) {
  Parser parser;
  const std::string whole = ReadFixture("expvar/vars.json");
  const model::Snapshot s = parser.One(whole.substr(0, 400));
  EXPECT_EQ(s.mem_stats->alloc, 149584u);
  ASSERT_EQ(s.gaps.size(), 1u);
  EXPECT_NE(s.gaps[0].why.find("broken"), std::string::npos);
  EXPECT_NE(parser.ErrorOf("{\"memstats\": }"), "(no error)");
}

TEST(Expvar, DepthIsBounded) {
  Parser parser;
  EXPECT_NE(parser.ErrorOf("{\"memstats\": {}, \"x\": " + std::string(100'000, '['))
                .find("nests deeper than 200 levels"),
            std::string::npos);
}

}  // namespace
}  // namespace seep::parse

#include <gtest/gtest.h>

#include "parse/fixtures.h"
#include "parse/native_heap/heaptrack.h"
#include "parse/native_heap/jemalloc.h"
#include "parse/pprof/any.h"

namespace seep::parse {
namespace {

// Of the stacks that have `function`, all together; of all stacks where it is empty.
std::vector<int64_t> Totals(const Parser& parser, const model::Profile& profile,
                            std::string_view function = "") {
  std::vector<int64_t> totals(profile.types.size());
  for (size_t i = 0; i < profile.samples.size(); ++i) {
    if (parser.Functions(profile.samples[i].stack).find(function) == std::string::npos) continue;
    for (size_t j = 0; j < totals.size(); ++j) totals[j] += profile.ValuesOf(i)[j];
  }
  return totals;
}

// tests/formats/native_heap/orders.cc.txt: 2,000 sessions of 3,000 bytes, of which 500 are freed; 8,000
// requests of 5,000 bytes, all freed.
TEST(Heaptrack, CountsWhatTheProgramDid) {
  for (const char* file : {"native_heap/heaptrack.orders.zst", "native_heap/heaptrack.orders.gz"}) {
    Parser parser;
    const model::Snapshot s = parser.One(ReadFixture(file));
    ASSERT_TRUE(s.native) << file;
    EXPECT_EQ(Totals(parser, *s.native, "keep(unsigned long) < session("),
              (std::vector<int64_t>{2000, 6'000'000, 1500, 4'500'000}));
    EXPECT_EQ(Totals(parser, *s.native, "keep(unsigned long) < request("),
              (std::vector<int64_t>{8000, 40'000'000, 0, 0}));
    EXPECT_EQ(parser.stacks.text(s.native->period_type.type), "native_space");
    EXPECT_TRUE(s.gaps.empty());
  }
}

TEST(Heaptrack, NamesInlinedCallsLinesAndFiles) {
  Parser parser;
  const model::Snapshot s = parser.One(ReadFixture("native_heap/heaptrack.orders.zst"));
  bool seen = false;
  for (const model::Sample& sample : s.native->samples) {
    const auto frames = parser.stacks.frames(sample.stack);
    if (parser.stacks.function(frames[0]) != "keep(unsigned long)") continue;
    EXPECT_TRUE(parser.stacks.file(frames[0]).ends_with("/orders.cc"));
    EXPECT_EQ(parser.stacks.line(frames[0]), 5u);
    seen = true;
  }
  EXPECT_TRUE(seen);
  // The vector of the sessions grows through calls that were inlined; what has no name is named by its file.
  EXPECT_GT(Totals(parser, *s.native, "emplace_back<void*>(void*&&) < ").at(0), 0);
  EXPECT_GT(Totals(parser, *s.native, "[libstdc++.so.6]").at(0), 0);
}

TEST(Heaptrack, StacksOfAGoProgramEndWhereItCallsC) {
  Parser parser;
  const model::Snapshot s = parser.One(ReadFixture("native_heap/heaptrack.testbed-cgo.zst"));
  EXPECT_GT(Totals(parser, *s.native, "xmlReadMemory").at(3), 1 << 20);
}

std::string Heaptrack(const std::string& lines) {
  return "v 10400 3\nX ./p\ns 1 f\ni 10 0 1 0 7\nt 1 0\na 20 1\n" + lines;
}

TEST(Heaptrack, DamagedLinesAreCountedAndDoNoHarm) {
  Parser parser;
  const model::Snapshot whole = parser.One(Heaptrack("+ 0\n+ 0\n- 0\n"));
  EXPECT_EQ(Totals(parser, *whole.native), (std::vector<int64_t>{2, 64, 1, 32}));
  EXPECT_TRUE(whole.gaps.empty());
  // An index beyond, a caller that comes later, a string that is longer than its line, nothing at all.
  const model::Snapshot s = parser.One(Heaptrack("+ 0\n+ 7\nt 1 9\ns ff x\n+ \n- zz\n?\n"));
  EXPECT_EQ(Totals(parser, *s.native), (std::vector<int64_t>{1, 32, 1, 32}));
  ASSERT_EQ(s.gaps.size(), 1u);
  EXPECT_EQ(s.gaps[0].why, "6 lines of heaptrack's file could not be read");
  // More freed than allocated: of before it was attached.
  EXPECT_EQ(Totals(parser, *parser.One(Heaptrack("+ 0\n- 0\n- 0\n")).native),
            (std::vector<int64_t>{1, 32, 0, 0}));
}

TEST(Heaptrack, TheRawFormAndOtherFormatsAreRefused) {
  Parser parser;
  EXPECT_NE(parser.ErrorOf("v 10400 3\nx 8 /bin/sh\n").find("raw recording"), std::string::npos);
  EXPECT_NE(parser.ErrorOf("v 10400 9\nX ./p\n").find("file format 9; known are 1 to 3"), std::string::npos);
  auto profile = pprof::ReadAnyProfile(Bytes(std::string("v 10400 3\nx 8 /bin/sh\n")), {});
  ASSERT_FALSE(profile);
  EXPECT_NE(profile.error().what.find("raw recording"), std::string::npos);
}

// The same program, sampled every 16 KiB: estimates, within six standard deviations.
TEST(Jemalloc, EstimatesWhatTheProgramKept) {
  for (const bool accum : {false, true}) {
    Parser parser;
    const model::Snapshot s =
        parser.One(ReadFixture(accum ? "native_heap/jemalloc.accum.heap" : "native_heap/jemalloc.heap"));
    ASSERT_TRUE(s.native);
    EXPECT_EQ(s.native->types.size(), accum ? 4u : 2u);
    EXPECT_EQ(s.native->period, 16384);
    // 4.5 MB in blocks of 3,000 bytes, jemalloc's own 72 KiB for libstdc++, a vector of 16 KiB.
    const int64_t kept = Totals(parser, *s.native).back();
    EXPECT_GT(kept, 4'500'000 - 6 * 270'000);
    EXPECT_LT(kept, 4'600'000 + 6 * 270'000);
    if (accum) {
      EXPECT_GT(Totals(parser, *s.native).at(1), 40'000'000);
    }
  }
}

TEST(Jemalloc, HasItsMappingsForWhoLooksUpNames) {
  auto profile = pprof::ReadAnyProfile(Bytes(ReadFixture("native_heap/jemalloc.heap")), {});
  ASSERT_TRUE(profile);
  ASSERT_GT(profile->mappings.size(), 2u);
  EXPECT_EQ(profile->text(profile->mappings[1].file), "/srv/orders/orders");
  EXPECT_EQ(profile->text(profile->period_type.type), "native_space");
  // The allocator's own frames are left out.
  for (size_t i = 0; i < profile->samples.size(); ++i) {
    const profile::Location& leaf = profile->locations[profile->samples.stack(i)[0].value];
    EXPECT_EQ(profile->text(profile->mappings[leaf.mapping.value].file).find("jemalloc"), std::string::npos);
  }
}

TEST(Jemalloc, DamageIsSaid) {
  Parser parser;
  EXPECT_NE(parser.ErrorOf("heap_v2/x\n").find("distance of samples"), std::string::npos);
  EXPECT_NE(parser.ErrorOf("heap_v2/1\n@ 0x1 zz\n  t*: 1: 2 [0: 0]\n").find("addresses behind '@'"),
            std::string::npos);
  const model::Snapshot s =
      parser.One("heap_v2/1\n  t*: 9: 9 [0: 0]\n@ 0x11 0x21\n  t*: 1: 2 [0: 0]\n  t0: 1: 2 [0: 0]\n");
  EXPECT_EQ(Totals(parser, *s.native, "0x10 < 0x20"), (std::vector<int64_t>{1, 2}));
}

TEST(Gperftools, IsNativeMemory) {
  Parser parser;
  const model::Snapshot s = parser.One(ReadFixture("native_heap/gperftools.heap"));
  ASSERT_TRUE(s.native);
  EXPECT_FALSE(s.heap);
  EXPECT_EQ(Totals(parser, *s.native).at(3), 1500 * 3000 + 4096);
}

}  // namespace
}  // namespace seep::parse

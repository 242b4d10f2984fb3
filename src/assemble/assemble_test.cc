#include "assemble/assemble.h"

#include <gtest/gtest.h>

namespace seep::assemble {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr Time kNoon = FromUnixNanos(1'700'000'000'000'000'000);

struct Pieces {
  std::vector<Piece> all;

  Piece& Add(std::string name, std::string kind) {
    Piece p;
    p.name = name;
    p.order = all.size();
    p.fragment.sources.push_back({std::move(kind), std::move(name), {}, 1});
    all.push_back(std::move(p));
    return all.back();
  }
  // `goid` marks which dump it is.
  Piece& Dump(std::string name, uint64_t goid) {
    Piece& p = Add(std::move(name), "goroutine");
    p.fragment.dump.emplace();
    p.fragment.dump->goroutines.push_back({});
    p.fragment.dump->goroutines[0].goid = goid;
    return p;
  }
  Piece& Heap(std::string name, std::optional<Time> at, uint64_t total_alloc) {
    Piece& p = Add(std::move(name), "heap");
    p.fragment.at = at;
    p.fragment.heap.emplace();
    p.fragment.mem_stats.emplace();
    p.fragment.mem_stats->total_alloc = total_alloc;
    return p;
  }
  std::vector<model::Series> Series() { return Assemble(all).series; }
};

uint64_t Goid(const model::Snapshot& s) {
  return s.dump ? s.dump->goroutines.at(0).goid : 0;
}
uint64_t Allocated(const model::Snapshot& s) {
  return s.mem_stats ? s.mem_stats->total_alloc.value_or(0) : 0;
}

// The snapshots as "goid/TotalAlloc" in order.
std::string Shape(const model::Series& series) {
  std::string text;
  for (const model::Snapshot& s : series.snapshots)
    text += (text.empty() ? "" : " ") + std::to_string(Goid(s)) + "/" + std::to_string(Allocated(s));
  return text;
}

TEST(Assemble, NothingIsNothing) {
  EXPECT_TRUE(Assemble({}).series.empty());
}

TEST(Assemble, TheProfilesOwnTimeMakesTheMomentsWhateverTheOrder) {
  Pieces p;
  p.Heap("b", kNoon + minutes(5), 200);
  p.Heap("a", kNoon, 100);
  const auto series = p.Series();
  ASSERT_EQ(series.size(), 1u);
  EXPECT_EQ(Shape(series[0]), "0/100 0/200");
  EXPECT_EQ(series[0].snapshots[0].at, kNoon);
}

// Two bundles, both of "127.0.0.1:6060".
struct Bundles : Pieces {
  Piece& Heap(int package, int round, Time at, std::string build_id, std::optional<Time> started = {}) {
    Piece& p = Pieces::Heap("heap", at, 100);
    p.target = "127.0.0.1:6060";
    p.package = package;
    p.round = round;
    p.fragment.process.build_id = std::move(build_id);
    p.fragment.process.started = started;
    return p;
  }
};

TEST(Assemble, BundlesOfTwoHostsUnderOneNameAreTwoProcesses) {
  Bundles programs;
  programs.Heap(1, 0, kNoon, "a");
  programs.Heap(1, 1, kNoon + minutes(1), "a");
  programs.Heap(2, 2, kNoon, "b");
  programs.Heap(2, 3, kNoon + minutes(1), "b");
  EXPECT_EQ(programs.Series().size(), 2u);
  Bundles side_by_side;
  side_by_side.Heap(1, 0, kNoon, "a", kNoon - minutes(90));
  side_by_side.Heap(2, 1, kNoon + minutes(1), "a", kNoon - minutes(30));
  EXPECT_EQ(side_by_side.Series().size(), 2u);
}

TEST(Assemble, TwoBundlesOfOneProcessStayOne) {
  Bundles same;
  same.Heap(1, 0, kNoon, "a", kNoon - minutes(90));
  same.Heap(2, 1, kNoon + minutes(1), "a", kNoon - minutes(90) + seconds(1));
  ASSERT_EQ(same.Series().size(), 1u);
  EXPECT_EQ(same.Series()[0].snapshots.size(), 2u);
  Bundles clock_set;
  clock_set.Heap(1, 0, kNoon, "a", kNoon - minutes(90));
  clock_set.Heap(2, 1, kNoon + minutes(5), "a", kNoon - minutes(80));
  for (Piece& piece : clock_set.all) {
    piece.fragment.process.pid = 7;
    piece.fragment.start_ticks = 100;
  }
  EXPECT_EQ(clock_set.Series().size(), 1u);
  Bundles restarted;
  restarted.Heap(1, 0, kNoon, "a", kNoon - minutes(90));
  restarted.Heap(2, 1, kNoon + minutes(5), "a", kNoon + minutes(2));
  ASSERT_EQ(restarted.Series().size(), 1u);
  EXPECT_EQ(restarted.Series()[0].gaps.size(), 1u);
}

TEST(Assemble, AnUntimedDumpJoinsTheMomentNearItsFileTime) {
  Pieces p;
  p.Heap("h1", kNoon, 100);
  p.Heap("h2", kNoon + minutes(30), 200);
  p.Dump("x", 900).modified = kNoon + minutes(30) + seconds(20);
  p.Dump("y", 800).modified = kNoon + seconds(4);
  EXPECT_EQ(Shape(p.Series().at(0)), "800/100 900/200");
}

TEST(Assemble, FileTimesOfADownloadLongAfterAreNotBelieved) {
  Pieces p;  // all files were copied in one go: their order on the command line is what is left
  p.Heap("h1", kNoon, 100);
  p.Heap("h2", kNoon + minutes(30), 200);
  p.Dump("x", 800).modified = kNoon + std::chrono::hours(50);
  p.Dump("y", 900).modified = kNoon + std::chrono::hours(50);
  EXPECT_EQ(Shape(p.Series().at(0)), "800/100 900/200");
}

TEST(Assemble, NamesSpeakOfMomentsWhereTimesDoNot) {
  Pieces p;  // the dumps are named in the wrong order
  p.Heap("heap_cur.pb", kNoon, 100);
  p.Heap("heap_5min.pb", kNoon + minutes(5), 200);
  p.Dump("goroutine_5min.txt", 900);
  p.Dump("goroutine_cur.txt", 800);
  EXPECT_EQ(Shape(p.Series().at(0)), "800/100 900/200");
}

TEST(Assemble, DumpsWithoutAnyTimeAreOrderedByTheirGoids) {
  Pieces p;
  p.Dump("later", 900);
  p.Dump("earlier", 800);
  const auto series = p.Series();
  ASSERT_EQ(series.size(), 1u);
  EXPECT_EQ(Shape(series[0]), "800/0 900/0");
  EXPECT_FALSE(series[0].snapshots[0].at);
}

TEST(Assemble, FileTimesMakeTheMomentsWhereNothingElseIsTimed) {
  Pieces p;
  p.Dump("b", 900).modified = kNoon + seconds(30);
  p.Dump("a", 800).modified = kNoon;
  const auto series = p.Series();
  ASSERT_EQ(series.size(), 1u);
  EXPECT_EQ(Shape(series[0]), "800/0 900/0");
  EXPECT_EQ(series[0].snapshots[1].at, kNoon + seconds(30));
}

TEST(Assemble, BothFamiliesOfSocketsAreOneMoment) {
  Pieces p;
  for (const char* name : {"tcp", "tcp6"}) {
    Piece& piece = p.Add(name, "proc/net/tcp");
    piece.fragment.sockets.emplace(2);
    piece.modified = kNoon;
  }
  const auto series = p.Series();
  ASSERT_EQ(series.size(), 1u);
  ASSERT_EQ(series[0].snapshots.size(), 1u);
  EXPECT_EQ(series[0].snapshots[0].sockets->size(), 4u);
}

TEST(Assemble, TwoProcessesAreToldApartByBuildAndTextsGoByFolder) {
  Pieces p;
  p.Heap("a/heap", kNoon, 100).fragment.process.build_id = "A";
  p.Heap("b/heap", kNoon, 500).fragment.process.build_id = "B";
  p.Dump("b/goroutine", 900);
  p.Dump("a/goroutine", 800);
  const auto series = p.Series();
  ASSERT_EQ(series.size(), 2u);
  EXPECT_EQ(Shape(series[0]), "800/100");
  EXPECT_EQ(Shape(series[1]), "900/500");
}

TEST(Assemble, RoundsOfALiveCaptureAreMomentsOfTheirTarget) {
  Pieces p;
  for (const int round : {1, 0}) {
    for (const char* target : {"x", "y"}) {
      const uint64_t n = 800 + static_cast<uint64_t>(round) + (target[0] == 'y' ? 50 : 0);
      Piece& dump = p.Dump("goroutine", n);
      dump.round = round;
      dump.target = target;
      Piece& heap = p.Heap("heap", kNoon + minutes(10 * round), n);  // far apart, and still one round
      heap.round = round;
      heap.target = target;
    }
  }
  const auto series = p.Series();
  ASSERT_EQ(series.size(), 2u);
  EXPECT_EQ(Shape(series[0]), "800/800 801/801");
  EXPECT_EQ(Shape(series[1]), "850/850 851/851");
  EXPECT_EQ(series[0].process.name, "x");
}

TEST(Assemble, ARoundThatGotNothingLeavesItsGap) {
  Pieces p;
  p.Dump("goroutine", 800).round = 0;
  Piece& failed = p.Add("heap", "heap");
  failed.round = 1;
  failed.fragment.gaps.push_back({"heap", "refused", "open it"});
  const auto series = p.Series();
  ASSERT_EQ(series.size(), 1u);
  EXPECT_EQ(series[0].snapshots.size(), 1u);
  ASSERT_EQ(series[0].gaps.size(), 1u);
  EXPECT_EQ(series[0].gaps[0].why, "refused");
}

// Two moments that one run of a process cannot both have seen; `spoil` makes them so.
struct RestartCase {
  const char* why;
  void (*spoil)(Piece& before, Piece& after);
};

TEST(Assemble, ARestartSetsAsideWhatCameBefore) {
  const RestartCase kCases[] = {
      {"start time", [](Piece& a, Piece& b) { a.fragment.start_ticks = 100, b.fragment.start_ticks = 101; }},
      {"pid",
       [](Piece& a, Piece& b) { a.fragment.status.emplace().pid = 7, b.fragment.status.emplace().pid = 8; }},
      {"start time",
       [](Piece& a, Piece& b) {
         a.fragment.process.started = kNoon, b.fragment.process.started = kNoon + seconds(60);
       }},
      {"TotalAlloc",
       [](Piece& a, Piece& b) {
         a.fragment.mem_stats.emplace().total_alloc = 9, b.fragment.mem_stats.emplace().total_alloc = 8;
       }},
      {"goroutine ids", [](Piece& a, Piece&) { a.fragment.dump->goroutines[0].goid = 100'000; }},
  };
  for (const RestartCase& c : kCases) {
    Pieces p;
    p.Dump("one", 800).round = 0;
    p.Dump("two", 900).round = 1;
    c.spoil(p.all[0], p.all[1]);
    const auto series = p.Series();
    ASSERT_EQ(series.size(), 1u) << c.why;
    ASSERT_EQ(series[0].snapshots.size(), 1u) << c.why;
    EXPECT_EQ(Goid(series[0].snapshots[0]), 900u);
    ASSERT_EQ(series[0].gaps.size(), 1u);
    EXPECT_NE(series[0].gaps[0].why.find(c.why), std::string::npos) << series[0].gaps[0].why;
  }
}

TEST(Assemble, EqualOrRisingSignsAreNoRestart) {
  Pieces p;
  Piece& a = p.Dump("one", 1000);
  a.round = 0;
  a.fragment.start_ticks = 100;
  a.fragment.process.started = kNoon;
  a.fragment.mem_stats.emplace().total_alloc = 9;
  Piece& b = p.Dump("two", 900);  // its newest goroutines have ended
  b.round = 1;
  b.fragment.start_ticks = 100;
  b.fragment.process.started = kNoon + seconds(1);  // reckoned from ticks: a second of rounding
  b.fragment.mem_stats.emplace().total_alloc = 9;
  const auto series = p.Series();
  ASSERT_EQ(series.size(), 1u);
  EXPECT_EQ(series[0].snapshots.size(), 2u);
  EXPECT_TRUE(series[0].gaps.empty());
}

// A start is reckoned from the wall clock; the ticks since the host's start are the kernel's own.
TEST(Assemble, AClockThatIsSetIsNoRestart) {
  Pieces p;
  for (const int round : {0, 1}) {
    Piece& piece = p.Dump(round == 0 ? "one" : "two", 900);
    piece.round = round;
    piece.fragment.start_ticks = 100;
    piece.fragment.process.started = kNoon + minutes(round);
  }
  const auto series = p.Series();
  ASSERT_EQ(series.size(), 1u);
  EXPECT_EQ(series[0].snapshots.size(), 2u);
  EXPECT_TRUE(series[0].gaps.empty());
}

}  // namespace
}  // namespace seep::assemble

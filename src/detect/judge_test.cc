#include "detect/judge.h"

#include "detect/scene_for_test.h"

namespace seep::detect {
namespace {

using model::Confidence;
using model::Pattern;
using model::Shape;
using model::Verdict;

// A pile by its numbers, judged as MeasureGrowth would hand it over.
struct Judging : testing::Test {
  Scene scene;
  Analysis analysis{scene.series, scene.stacks, scene.knowledge};
  Pattern pattern;
  Pile pile;

  void SetUp() override {
    pattern.driver = Pattern::Driver::kCode;
    pattern.priority = 100;
    pile.pattern = &pattern;
  }
  // `at_first` goroutines 30 s apart, of which `died`, with `born` new ones; counts between are interpolated.
  std::optional<Judgement> Judge(uint64_t at_first, uint64_t died, uint64_t born, size_t points = 2) {
    const uint64_t last = at_first - died + born;
    pile.counts.clear();
    std::vector<size_t> snapshots;
    Timeline timeline;
    for (size_t i = 0; i < points; ++i) {
      pile.counts.push_back(at_first + (last - at_first) * i / (points - 1));
      snapshots.push_back(i);
      timeline.seconds.push_back(30 * static_cast<double>(i));
    }
    pile.lives = Lives{.born = born, .died = died, .stayed = at_first - died};
    Piles piles;
    piles.snapshots = snapshots;
    return JudgePile(analysis, pile, MeasureGrowth(pile, piles, timeline));
  }
  std::optional<Judgement> JudgeCounts(std::vector<uint64_t> counts) {
    pile.counts = std::move(counts);
    pile.lives.reset();
    std::vector<size_t> snapshots;
    Timeline timeline;
    for (size_t i = 0; i < pile.counts.size(); ++i) {
      snapshots.push_back(i);
      timeline.seconds.push_back(30 * static_cast<double>(i));
    }
    return JudgePile(analysis, pile, MeasureCounts(pile.counts, snapshots, timeline));
  }
};

#define EXPECT_JUDGED(judgement, v, c)             \
  do {                                             \
    const auto& judged_ = (judgement);             \
    ASSERT_TRUE(judged_);                          \
    EXPECT_EQ(judged_->verdict, Verdict::v);       \
    EXPECT_EQ(judged_->confidence, Confidence::c); \
  } while (false)

TEST_F(Judging, CodeThatNobodyLeavesLeaks) {
  const auto j = Judge(60, 0, 30);
  EXPECT_JUDGED(j, kLeak, kStrong);
  EXPECT_EQ(j->shape, Shape::kUnbounded);
  EXPECT_TRUE(j->lift.empty());
  EXPECT_EQ(j->why, "30 came in 30 s and none of the 60 that were there left.");
}

TEST_F(Judging, CodeThatTurnsOverIsBusyThoughTheCountsAreTheSame) {
  EXPECT_FALSE(Judge(60, 45, 75));
}

TEST_F(Judging, CodeThatStaysLevelIsAPool) {
  EXPECT_FALSE(Judge(60, 0, 0));
  EXPECT_FALSE(Judge(60, 0, 3));
}

TEST_F(Judging, SomeLeavingMakesItAWatchUntilTheTrendIsLong) {
  EXPECT_JUDGED(Judge(200, 5, 100), kWatch, kLikely);
  EXPECT_JUDGED(Judge(200, 5, 100, 4), kLeak, kStrong);
}

TEST_F(Judging, CountsAloneAreLessThanIdentities) {
  const auto two = JudgeCounts({60, 120});
  EXPECT_JUDGED(two, kLeak, kLikely);
  EXPECT_NE(two->lift.find("debug=2"), std::string::npos);
  EXPECT_JUDGED(JudgeCounts({60, 120, 180, 240}), kLeak, kStrong);
  pattern.priority = 10;  // a generic wait
  EXPECT_JUDGED(JudgeCounts({60, 120}), kWatch, kLikely);
  EXPECT_JUDGED(JudgeCounts({60, 120, 180, 240}), kLeak, kLikely);
  EXPECT_FALSE(JudgeCounts({60, 160, 200, 205})) << "a pool that fills slows down";
}

TEST_F(Judging, OneSnapshotIsNeverALeak) {
  EXPECT_FALSE(JudgeCounts({99}));
  EXPECT_JUDGED(JudgeCounts({100}), kWatch, kPossible);
  pile.minutes = {{1, 20}, {5, 30}, {9, 20}};  // 30 of 100 wait less than a minute
  const auto aged = JudgeCounts({100});
  EXPECT_JUDGED(aged, kWatch, kLikely);
  EXPECT_NE(aged->why.find("9 minutes"), std::string::npos);
  pile.minutes.clear();
  pattern.priority = 10;
  EXPECT_FALSE(JudgeCounts({999}));
}

TEST_F(Judging, FewerThanTenOrWithinTheirBenignCountAreNobodysIncident) {
  EXPECT_FALSE(JudgeCounts({1, 9}));
  pattern.benign_up_to = 64;
  EXPECT_FALSE(JudgeCounts({2, 64}));
  EXPECT_TRUE(JudgeCounts({2, 65}));
}

TEST_F(Judging, LoadThatGetsThroughIsABurst) {
  pattern.driver = Pattern::Driver::kLoad;
  EXPECT_FALSE(Judge(60, 60, 65));
  const auto burst = Judge(60, 30, 60);
  EXPECT_JUDGED(burst, kWatch, kLikely);
  EXPECT_NE(burst->why.find("burst"), std::string::npos);
}

TEST_F(Judging, LoadThatNobodyGetsThroughLeaks) {
  pattern.driver = Pattern::Driver::kLoad;
  EXPECT_JUDGED(Judge(40, 0, 25), kLeak, kStrong);
}

TEST_F(Judging, LoadThatFallsBehindLeaksByItsTrendOnly) {
  pattern.driver = Pattern::Driver::kLoad;
  EXPECT_JUDGED(Judge(100, 40, 140), kWatch, kLikely);
  EXPECT_JUDGED(Judge(100, 40, 140, 3), kLeak, kLikely);
  EXPECT_JUDGED(Judge(100, 40, 140, 4), kLeak, kStrong);
  EXPECT_JUDGED(Judge(100, 100, 190, 4), kWatch, kLikely);
}

// 100, 200, 300, 400 goroutines in four dumps, each alive for a moment: of the first dump's 100 that died
// nothing can be told but that they were few.
TEST_F(Judging, RisingLoadThatGetsThroughIsSilentHoweverManyDumps) {
  pattern.driver = Pattern::Driver::kLoad;
  pile.steps = Lives{.born = 900, .died = 600, .stayed = 0};
  EXPECT_FALSE(Judge(100, 100, 400, 4));
  pile.steps = Lives{.born = 900, .died = 500, .stayed = 100};
  EXPECT_JUDGED(Judge(100, 100, 400, 4), kWatch, kLikely);
  pile.steps = Lives{.born = 400, .died = 100, .stayed = 500};
  EXPECT_JUDGED(Judge(100, 100, 400, 4), kLeak, kStrong);
}

TEST_F(Judging, ThoseWhoCameLastHaveNotGotThroughYet) {
  pile.counts = {60, 70, 80, 120};
  pile.steps = Lives{.born = 270, .died = 210, .stayed = 0};
  EXPECT_TRUE(EverybodyGetsThrough(pile));
  pile.counts.back() = 500;
  EXPECT_FALSE(EverybodyGetsThrough(pile));
  pile.counts = {0, 0, 0, 500};
  pile.steps = Lives{.born = 500};
  EXPECT_FALSE(EverybodyGetsThrough(pile));
}

TEST_F(Judging, ManyShortLivesAreNotHeldByCode) {
  pile.steps = Lives{.born = 3000, .died = 1600, .stayed = 0};
  EXPECT_JUDGED(Judge(100, 100, 1500, 4), kWatch, kLikely);
  pile.steps = Lives{.born = 1500, .died = 100, .stayed = 2000};
  EXPECT_JUDGED(Judge(100, 100, 1500, 4), kLeak, kStrong);
}

TEST(Piles, FollowGoroutinesFromDumpToDump) {
  Scene scene;
  const auto stack = scene.Stack({"app.Work"});
  for (int k = 0; k < 3; ++k)  // ten at a time, two of which are still there in the next dump
    Scene::Add(scene.At(30 * k), stack, model::Wait::kSelect, static_cast<uint64_t>(8 * k + 1),
               static_cast<uint64_t>(8 * k + 11));
  const Analysis analysis{scene.series, scene.stacks, scene.knowledge};
  ASSERT_EQ(analysis.piles.piles.size(), 1u);
  const Pile& pile = analysis.piles.piles[0];
  ASSERT_TRUE(pile.lives && pile.steps);
  EXPECT_EQ(pile.lives->stayed, 0u);
  EXPECT_EQ(pile.lives->died, 10u);
  EXPECT_EQ(pile.steps->stayed, 4u);
  EXPECT_EQ(pile.steps->died, 16u);
  EXPECT_EQ(pile.steps->born, 16u);
}

TEST_F(Judging, ClientsAreAWatchAtMost) {
  pattern.driver = Pattern::Driver::kClients;
  EXPECT_JUDGED(Judge(1000, 0, 5000, 8), kWatch, kPossible);
  EXPECT_FALSE(Judge(1000, 0, 60)) << "less than a tenth more";
}

TEST_F(Judging, ADefectIsAFaultByItselfAndALeakWhenItGrows) {
  pattern.driver = Pattern::Driver::kDefect;
  EXPECT_JUDGED(JudgeCounts({1}), kFault, kStrong);
  EXPECT_JUDGED(JudgeCounts({20, 20}), kFault, kStrong);
  EXPECT_JUDGED(Judge(20, 0, 20), kLeak, kStrong);
  EXPECT_FALSE(JudgeCounts({20, 0})) << "they are gone";
  pile.lowest_goid = 1;
  EXPECT_FALSE(JudgeCounts({1})) << "main may park itself";
}

TEST_F(Judging, ADefectWithinItsBenignCountIsSpared) {
  pattern.driver = Pattern::Driver::kDefect;
  pattern.benign_up_to = 1;
  EXPECT_FALSE(JudgeCounts({1}));
  EXPECT_JUDGED(JudgeCounts({2}), kFault, kStrong);
}

TEST_F(Judging, TheRuntimesOwnProofNeedsNoGrowth) {
  pile.leaked = 3;
  pattern.benign_up_to = 64;
  const auto j = JudgeCounts({3});
  EXPECT_JUDGED(j, kLeak, kProved);
  EXPECT_EQ(j->shape, Shape::kUnknown);
}

TEST_F(Judging, WithoutAPatternTheWaitDecidesBetweenWorkAndCode) {
  pile.pattern = nullptr;
  pile.wait = model::Wait::kSelect;
  EXPECT_JUDGED(Judge(60, 0, 10), kLeak, kStrong);
  pile.wait = model::Wait::kRunnable;
  EXPECT_JUDGED(Judge(60, 0, 10), kLeak, kStrong);
  EXPECT_FALSE(Judge(15, 0, 10)) << "fewer than 20 that stayed: work in general may be slow";
  EXPECT_FALSE(JudgeCounts({5000})) << "one snapshot of something unknown says nothing";
}

TEST(Judge, AsManyClientsAsGoroutinesHoldTheVerdictBack) {
  Scene scene;
  Pattern server;
  server.id = "http-server-conn";
  server.driver = Pattern::Driver::kClients;
  server.priority = 80;
  server.any_of = {{.stack = {"net/http.(*conn).serve"}}};
  scene.knowledge.patterns = {server};
  const auto serve = scene.Stack({"net/http.(*conn).serve"});
  const auto mine = scene.Stack({"main.(*Session).loop"});
  for (const uint64_t n : {50u, 90u}) {
    model::Snapshot& s = scene.At(n);
    Scene::Add(s, serve, model::Wait::kIoWait, 1000, 1000 + n);
    Scene::Add(s, mine, model::Wait::kSelect, 2000, 2000 + n);
  }
  const Analysis analysis(scene.series, scene.stacks, scene.knowledge);
  EXPECT_EQ(analysis.AcceptedGrowth(), 40);
  for (const Pile& pile : analysis.piles.piles) {
    if (pile.pattern != nullptr) continue;
    const auto j = JudgePile(analysis, pile, MeasureGrowth(pile, analysis.piles, analysis.timeline));
    EXPECT_JUDGED(j, kWatch, kLikely);
    EXPECT_NE(j->why.find("clients"), std::string::npos);
    return;
  }
  FAIL() << "no pile of the sessions";
}

TEST(Judge, LifetimesNearASettingAreCalledByIt) {
  EXPECT_EQ(SnapToKnown(59.2), 60);
  EXPECT_EQ(SnapToKnown(91), 90);
  EXPECT_EQ(SnapToKnown(75), 75);
  EXPECT_EQ(SnapToKnown(0.5), 0.5);
}

}  // namespace
}  // namespace seep::detect

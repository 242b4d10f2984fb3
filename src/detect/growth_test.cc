#include "detect/growth.h"

#include <cmath>

#include "detect/scene_for_test.h"

namespace seep::detect {
namespace {

// A pile of the goroutines [0, a) that became [gone, b).
struct Window {
  Scene scene;
  Growth Measure(uint64_t a, uint64_t gone, uint64_t b, double seconds = 30) {
    const auto stack = scene.Stack({"main.f"});
    Scene::Add(scene.At(0), stack, model::Wait::kSelect, 1, 1 + a);
    Scene::Add(scene.At(seconds), stack, model::Wait::kSelect, 1 + gone, 1 + b);
    const Analysis analysis(scene.series, scene.stacks, scene.knowledge);
    EXPECT_EQ(analysis.piles.piles.size(), 1u);
    return MeasureGrowth(analysis.piles.piles.front(), analysis.piles, analysis.timeline);
  }
};

TEST(MeasureGrowth, BirthsWithoutDeathsOverrideCountingNoise) {
  const Growth g = Window().Measure(1000, 0, 1015);  // the square root of 1,000 would call 15 noise
  EXPECT_EQ(g.trend, Trend::kGrowing);
  EXPECT_TRUE(g.nobody_leaves);
  EXPECT_TRUE(g.somebody_comes);
  EXPECT_DOUBLE_EQ(*g.per_second, 0.5);
}

TEST(MeasureGrowth, TurnoverOfAnEqualCountIsNoGrowth) {
  const Growth g = Window().Measure(100, 60, 165);
  EXPECT_EQ(g.trend, Trend::kFlat);
  EXPECT_FALSE(g.nobody_leaves);
  EXPECT_DOUBLE_EQ(*g.births_per_second, 65.0 / 30);
  EXPECT_DOUBLE_EQ(*g.deaths_per_second, 2);
}

TEST(MeasureGrowth, LittlesLawNeedsSomebodyWhoStayed) {
  EXPECT_NEAR(*Window().Measure(100, 50, 150).lifetime_seconds, 60, 1e-9);  // 100 alive, 50 births in 30 s
  EXPECT_FALSE(Window().Measure(100, 100, 200).lifetime_seconds)
      << "only known to be shorter than the window";
}

TEST(MeasureGrowth, WithoutTimesNothingIsSaidPerSecond) {
  Scene scene;
  const auto stack = scene.Stack({"main.f"});
  Scene::Add(scene.At(0), stack, model::Wait::kSelect, 1, 51);
  Scene::Add(scene.At(30), stack, model::Wait::kSelect, 1, 101);
  scene.series.snapshots[0].at.reset();
  const Analysis analysis(scene.series, scene.stacks, scene.knowledge);
  const Growth g = MeasureGrowth(analysis.piles.piles.front(), analysis.piles, analysis.timeline);
  EXPECT_EQ(g.net, 50);
  EXPECT_FALSE(g.per_second);
  EXPECT_FALSE(g.births_per_second);
  EXPECT_EQ(g.trend, Trend::kGrowing);
}

}  // namespace
}  // namespace seep::detect

#include "detect/growth.h"

#include <cmath>

#include "detect/scene_for_test.h"

namespace seep::detect {
namespace {

using Values = std::vector<double>;

TEST(FitSlope, ALineIsFoundExactlyAndScatterGivesTheTextbookError) {
  const Slope line = FitSlope(Values{0, 10, 20, 30}, Values{5, 25, 45, 65});
  EXPECT_NEAR(line.per_second, 2, 1e-12);
  EXPECT_NEAR(line.intercept, 5, 1e-12);
  EXPECT_NEAR(line.error, 0, 1e-9);
  // Residuals -0.2, 0.1, 0.4, -0.3: sum of squares 0.3 over 2 degrees of freedom and Stt = 5.
  const Slope noisy = FitSlope(Values{0, 1, 2, 3}, Values{0, 1.4, 2.8, 3.2});
  EXPECT_NEAR(noisy.per_second, 1.1, 1e-12);
  EXPECT_NEAR(noisy.error, std::sqrt(0.3 / 2 / 5), 1e-12);
}

TEST(FitSlope, OneMomentHasNoSlope) {
  EXPECT_EQ(FitSlope(Values{}, Values{}).per_second, 0);
  EXPECT_EQ(FitSlope(Values{7, 7}, Values{1, 9}).per_second, 0);
  EXPECT_EQ(FitSlope(Values{7, 7}, Values{1, 9}).intercept, 5);
}

struct TrendCase {
  const char* name;
  Values values;
  Trend trend;
};

TEST(TrendOf, TellsShapesApart) {
  const TrendCase kCases[] = {
      {"one point", {5}, Trend::kUnknown},
      {"within noise", {100, 108, 99, 105}, Trend::kFlat},
      {"two points up", {100, 150}, Trend::kGrowing},
      {"steady", {0, 100, 200, 300, 400}, Trend::kGrowing},
      {"steady with small steps back", {0, 100, 95, 200, 300}, Trend::kGrowing},
      {"faster and faster", {0, 20, 60, 180, 500}, Trend::kGrowing},
      {"a cache that fills", {0, 200, 300, 350, 360}, Trend::kSlowing},
      {"a step that stays", {0, 400, 400, 400, 400}, Trend::kSlowing},
      {"sawtooth", {0, 300, 50, 350, 400}, Trend::kWavy},
      {"a peak left behind", {100, 400, 100}, Trend::kWavy},
      {"falling", {400, 300, 200, 100}, Trend::kFalling},
  };
  for (const TrendCase& c : kCases) {
    Values t;
    for (size_t i = 0; i < c.values.size(); ++i) t.push_back(30 * static_cast<double>(i));
    EXPECT_EQ(TrendOf(t, c.values, 10), c.trend) << c.name;
  }
}

TEST(TrendOf, LooksAtTimesNotAtIndices) {
  // The same steps: by index half of the growth is in each half, by time the second half takes ten times as
  // long.
  EXPECT_EQ(TrendOf(Values{0, 10, 20, 30, 40}, Values{0, 100, 200, 300, 400}, 10), Trend::kGrowing);
  EXPECT_EQ(TrendOf(Values{0, 10, 20, 120, 220}, Values{0, 100, 200, 300, 400}, 10), Trend::kSlowing);
}

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

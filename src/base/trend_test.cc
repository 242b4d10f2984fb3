#include "base/trend.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace seep {
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

TEST(Student95, IsTheTableAndGoesToTheNormal) {
  EXPECT_NEAR(Student95(1), 12.706, 1e-3);
  EXPECT_NEAR(Student95(60), 2.000, 2e-3);
  EXPECT_NEAR(Student95(1000000), 1.960, 1e-3);
}

}  // namespace
}  // namespace seep

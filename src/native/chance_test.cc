#include "native/chance.h"

#include <gtest/gtest.h>

#include <cmath>

namespace seep::native {
namespace {

TEST(Chance, LogarithmsAreThoseOfLibm) {
  for (double u = 1; u > 1e-16; u *= 0.9)
    EXPECT_NEAR(MinusLog(u), -std::log(u), 1e-9 * (1 - std::log(u))) << u;
  EXPECT_EQ(MinusLog(1), 0);
  for (double x = 1e-9; x < 60; x *= 1.3) EXPECT_NEAR(OneMinusExp(x) / -std::expm1(-x), 1, 1e-11) << x;
}

TEST(Chance, GapsAreExponential) {
  uint64_t state = 1;
  constexpr double kRate = 1000;
  constexpr int kDraws = 1'000'000;
  double sum = 0, squares = 0;
  int beyond = 0;
  for (int i = 0; i < kDraws; ++i) {
    const auto gap = static_cast<double>(NextGap(state, kRate));
    sum += gap;
    squares += gap * gap;
    beyond += gap >= 2 * kRate ? 1 : 0;
  }
  // Rounding down takes half a byte of the mean; six standard deviations.
  EXPECT_NEAR(sum / kDraws, kRate - 0.5, 6 * kRate / std::sqrt(kDraws));
  EXPECT_NEAR(squares / kDraws, 2 * kRate * kRate, 0.02 * kRate * kRate);
  EXPECT_NEAR(static_cast<double>(beyond) / kDraws, std::exp(-2.0), 0.002);
}

// What the hooks do, for blocks of one size among others: sums of 1 / chance are the number there were.
TEST(Chance, SumsOverSamplesAreUnbiased) {
  constexpr double kRate = 4096;
  for (const uint64_t size : {1, 16, 500, 4096, 20'000}) {
    uint64_t state = size;
    int64_t left = NextGap(state, kRate);
    constexpr int kBlocks = 2'000'000;
    double estimate = 0;
    const double chance = OneMinusExp(static_cast<double>(size) / kRate);
    for (int i = 0; i < kBlocks; ++i) {
      for (const uint64_t n : {size, uint64_t{48}}) {
        left -= static_cast<int64_t>(n);
        if (left >= 0) continue;
        left = NextGap(state, kRate);
        if (n == size) estimate += 1 / chance;
      }
    }
    const double deviation = std::sqrt((1 - chance) / chance / kBlocks);
    EXPECT_NEAR(estimate / kBlocks, 1, 5 * deviation + 1e-9) << size;
  }
}

}  // namespace
}  // namespace seep::native

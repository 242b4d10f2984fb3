#include "profile/measurement.h"

#include <gtest/gtest.h>

#include <limits>

namespace seep::profile {
namespace {

// Expected texts: what google/pprof of 2025-11 prints.
TEST(Measurement, LabelsAsPprofDoes) {
  EXPECT_EQ(ScaledLabel(0, "bytes", "MB"), "0");
  EXPECT_EQ(ScaledLabel(1536, "bytes", "auto"), "1.50kB");
  EXPECT_EQ(ScaledLabel(-1536, "bytes", "auto"), "-1.50kB");
  EXPECT_EQ(ScaledLabel(1, "bytes", "MB"), "0");
  EXPECT_EQ(ScaledLabel(-1, "bytes", "MB"), "0");
  EXPECT_EQ(ScaledLabel(1024, "kilobytes", "minimum"), "1MB");
  EXPECT_EQ(ScaledLabel(1500, "milliseconds", "auto"), "1.50s");
  EXPECT_EQ(ScaledLabel(7200, "seconds", "auto"), "2hrs");
  EXPECT_EQ(ScaledLabel(7, "count", "auto"), "7");
  EXPECT_EQ(ScaledLabel(7, "count", "pages"), "7pages");
  EXPECT_EQ(ScaledLabel(7, "widgets", "minimum"), "7");
  EXPECT_EQ(ScaledLabel(2048, "bytes", "seconds"), "2048B");
  EXPECT_EQ(ScaledLabel(5, "ns", "pages"), "0");
  EXPECT_EQ(ScaledLabel(3000, "nanogcu", "auto"), "3u*GCU");
  EXPECT_EQ(AutoLabel(64, "KB"), "64kB");
}

TEST(Measurement, PercentagesAreSixColumns) {
  EXPECT_EQ(Percentage(0, 0), "    0%");
  EXPECT_EQ(Percentage(0, 10), "    0%");
  EXPECT_EQ(Percentage(10, 10), "  100%");
  EXPECT_EQ(Percentage(9999, 10000), "  100%");
  EXPECT_EQ(Percentage(1234, 10000), "12.34%");
  EXPECT_EQ(Percentage(-1234, 10000), "12.34%");
  EXPECT_EQ(Percentage(12, 1000), " 1.20%");
  EXPECT_EQ(Percentage(12, 10000), " 0.12%");
  EXPECT_EQ(Percentage(5, 10'000'000), "5e-05%");
  EXPECT_EQ(Percentage(200, 100), "200.00%");
}

TEST(Measurement, NumbersOutOfRangeAreThoseOfGo) {
  EXPECT_EQ(ToInt64(1e30), std::numeric_limits<int64_t>::min());
  EXPECT_EQ(ToInt64(-1.9), -1);
  EXPECT_EQ(Abs(std::numeric_limits<int64_t>::min()), std::numeric_limits<int64_t>::min());
  EXPECT_TRUE(SameFamily("kb", "Bytes"));
  EXPECT_FALSE(SameFamily("kb", "ms"));
}

}  // namespace
}  // namespace seep::profile

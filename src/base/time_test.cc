#include "base/time.h"

#include <gtest/gtest.h>

namespace seep {
namespace {

using namespace std::chrono_literals;

TEST(Time, FormatsUtcWithMillisecondsOnlyWhenThereAreAny) {
  EXPECT_EQ(FormatTime(FromUnixNanos(0)), "1970-01-01T00:00:00Z");
  EXPECT_EQ(FormatTime(FromUnixNanos(1'795'287'733'205'154'738)), "2026-11-21T19:02:13.205Z");
  EXPECT_EQ(FormatTime(FromUnixNanos(-1'000'000'000)), "1969-12-31T23:59:59Z");
}

TEST(Time, ParsesItsOwnFormAndOffsets) {
  const Time t = FromUnixNanos(1'795'287'733'000'000'000);
  EXPECT_EQ(ParseTime("2026-11-21T19:02:13Z"), t);
  EXPECT_EQ(ParseTime("2026-11-21 19:02:13"), t);
  EXPECT_EQ(ParseTime("2026-11-21T21:02:13+02:00"), t);
  EXPECT_EQ(ParseTime("2026-11-21T13:32:13-05:30"), t);
  EXPECT_EQ(ParseTime("2026-11-21T19:02:13.25Z"), t + 250ms);
  EXPECT_EQ(ParseTime("2026-11-21T19:02:13.1234567899Z"), t + 123456789ns);
}

TEST(Time, RefusesWhatIsNoTime) {
  for (const char* bad : {"", "now", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", "2026-11-21T24:00:00Z",
                          "2026-11-21T19:02Z", "2026-11-21T19:02:13X", "99999-01-01T00:00:00Z",
                          "9999-01-01T00:00:00Z", "0001-01-01T00:00:00Z"})
    EXPECT_FALSE(ParseTime(bad)) << bad;
}

TEST(Time, FormatAndParseAreInverse) {
  for (int64_t ns : {int64_t{0}, int64_t{951'782'400'000'000'000}, int64_t{4'102'444'799'999'000'000}}) {
    EXPECT_EQ(ParseTime(FormatTime(FromUnixNanos(ns))), FromUnixNanos(ns));
  }
}

TEST(Time, DurationsForPeople) {
  EXPECT_EQ(FormatDuration(250ms), "250 ms");
  EXPECT_EQ(FormatDuration(12300ms), "12.3 s");
  EXPECT_EQ(FormatDuration(30s), "30 s");
  EXPECT_EQ(FormatDuration(245s), "4 m 5 s");
  EXPECT_EQ(FormatDuration(240s), "4 m");
  EXPECT_EQ(FormatDuration(3h + 12min), "3 h 12 m");
  EXPECT_EQ(FormatDuration(41h), "41 h");
  EXPECT_EQ(FormatDuration(50h), "2 d 2 h");
  EXPECT_EQ(FormatDuration(-30s), "-30 s");
}

TEST(Time, DurationsOfFlags) {
  EXPECT_EQ(ParseDuration("30s"), 30s);
  EXPECT_EQ(ParseDuration("1h30m"), 90min);
  EXPECT_EQ(ParseDuration("250ms"), 250ms);
  EXPECT_EQ(ParseDuration("1.5h"), 90min);
  EXPECT_EQ(ParseDuration("2d"), 48h);
  EXPECT_EQ(ParseDuration("10"), 10s);
  for (const char* bad : {"", "s", "-1s", "10x", "1h-3m", "99999999999h", "999999999h"})
    EXPECT_FALSE(ParseDuration(bad)) << bad;
}

}  // namespace
}  // namespace seep

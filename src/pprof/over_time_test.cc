// -growth and -trend over profiles made by hand.
#include <gtest/gtest.h>

#include "pprof/report.h"
#include "profile/merge.h"
#include "profile/profile_for_test.h"

namespace seep::pprof {
namespace {

constexpr int64_t kHour = 3'600'000'000'000;
const std::vector<std::pair<std::string, std::string>> kHeap = {{"inuse_objects", "count"},
                                                                {"inuse_space", "bytes"}};

using Stacks = std::vector<std::pair<std::string, std::vector<int64_t>>>;

// One profile of them all, as pipeline/profiles hands it over.
profile::Profile Merged(const std::vector<Stacks>& moments, int64_t rate) {
  std::vector<profile::Profile> profiles;
  for (size_t i = 0; i < moments.size(); ++i) {
    profiles.push_back(profile::MakeProfile(moments[i], kHeap));
    profiles.back().period = rate;
    profile::SetLabel(profiles.back(), kMomentLabel, std::to_string(i));
  }
  auto merged = profile::Merge(std::move(profiles));
  EXPECT_TRUE(merged);
  return std::move(*merged);
}

std::string Text(const std::string& report, const std::vector<Stacks>& moments, int64_t rate,
                 std::vector<int64_t> times) {
  Query query{.report = report};
  query.moments = std::move(times);
  Surroundings outside;
  outside.is_users = [](std::string_view function, std::string_view) {
    return function.starts_with("main.");
  };
  auto text = RenderText(Merged(moments, rate), query, outside);
  return text ? *text : text.error().what;
}

TEST(Growth, NamesTheUsersLineAndTheRate) {
  EXPECT_EQ(Text("growth",
                 {{{"main.main;main.add;bytes.grow", {10, 10 << 20}}, {"main.main;main.same", {1, 1 << 20}}},
                  {{"main.main;main.add;bytes.grow", {30, 30 << 20}}, {"main.main;main.same", {1, 1 << 20}}}},
                 1, {kHour, kHour + kHour / 2}),
            "Type: inuse_space\n"
            "1970-01-01 01:00:00 UTC to 1970-01-01 01:30:00 UTC, 30 m\n"
            "11MB became 31MB: +20MB, +40MB/h\n"
            "1 line grew by more than 3 standard errors; 1 other did not\n"
            "      grew      error        now     per hour  line\n"
            "      20MB          0       30MB      +40MB/h  main.add  main.add.go:10\n"
            "Next: several profiles over a longer time tell a leak from a cache that fills: -trend FILE FILE "
            "FILE...\n");
}

TEST(Growth, WhatSamplingMayHaveMadeUpIsNoGrowth) {
  // Objects of 1 KiB sampled every 512 KiB: 2 MiB are four samples, 4 MiB eight.
  const std::string text = Text("growth", {{{"main.f", {2048, 2 << 20}}}, {{"main.f", {4096, 4 << 20}}}},
                                512 << 10, {kHour, 2 * kHour});
  EXPECT_NE(text.find("0 lines grew by more than 3 standard errors; 1 other did not"), text.npos) << text;
  // 2 GiB and 4 GiB are thousands.
  EXPECT_NE(
      Text("growth", {{{"main.f", {2 << 20, int64_t{2} << 30}}}, {{"main.f", {4 << 20, int64_t{4} << 30}}}},
           512 << 10, {kHour, 2 * kHour})
          .find("1 line grew"),
      std::string::npos);
}

TEST(Growth, WithoutRisingTimesThereIsNoRate) {
  const std::string text =
      Text("growth", {{{"main.f", {1, 1000}}}, {{"main.f", {1, 5000}}}}, 1, {2 * kHour, kHour});
  EXPECT_NE(text.find("there is no rate"), text.npos) << text;
  EXPECT_EQ(text.find("/h"), text.npos) << text;
}

TEST(Growth, OneProfileIsRefused) {
  Query query{.report = "growth"};
  const auto text = RenderText(profile::MakeProfile({{"f", {1, 2}}}), query, {});
  ASSERT_FALSE(text);
  EXPECT_NE(text.error().what.find("several moments"), std::string::npos);
}

std::vector<Stacks> Row(const std::vector<int64_t>& values) {
  std::vector<Stacks> out;
  for (int64_t v : values) out.push_back({{"main.main;main.keep;net.read", {1, v}}, {"main.main", {1, 100}}});
  return out;
}
std::vector<int64_t> Hours(size_t n) {
  std::vector<int64_t> out;
  for (size_t i = 1; i <= n; ++i) out.push_back(static_cast<int64_t>(i) * kHour);
  return out;
}

TEST(TrendReport, ASteadyRiseOverFiveProfilesIsStrong) {
  EXPECT_EQ(Text("trend", Row({1000, 2010, 2990, 4000, 5000}), 1, Hours(5)),
            "Type: inuse_space\n"
            "5 profiles, 1970-01-01 01:00:00 UTC to 1970-01-01 05:00:00 UTC, 4 h\n"
            "1.07kB became 4.98kB, +999B/h\n"
            "1 line rose beyond the 95 % interval; 1 other did not\n"
            "    per hour     +/-95%      first       last  trend    sure    line\n"
            "     +999B/h         8B      1000B     4.88kB  growing  strong  main.keep  main.keep.go:10\n"
            "Next: seep diagnose FILE... names the cause.\n");
}

TEST(TrendReport, FewProfilesMakeARiseLikely) {
  const std::string text = Text("trend", Row({1000, 2010, 3000}), 1, Hours(3));
  EXPECT_NE(text.find(" likely  main.keep"), text.npos) << text;
  EXPECT_NE(text.find("with 5 profiles or more"), text.npos);
}

TEST(TrendReport, NoiseAndSawtoothRiseNowhere) {
  for (const auto& values :
       {std::vector<int64_t>{1000, 5000, 900, 5200, 1100}, {3000, 3100, 2900, 3050, 2950}}) {
    const std::string text = Text("trend", Row(values), 1, Hours(5));
    EXPECT_NE(text.find("0 lines rose"), text.npos) << text;
  }
}

TEST(TrendReport, AThinlySampledRiseIsNotBelieved) {
  // Straight by luck, but each value stands on a handful of samples.
  std::vector<Stacks> moments;
  for (int64_t i = 1; i <= 5; ++i) moments.push_back({{"main.f", {512 * i, 524288 * i}}});
  const std::string text = Text("trend", moments, 512 << 10, Hours(5));
  EXPECT_NE(text.find("0 lines rose"), text.npos) << text;
}

}  // namespace
}  // namespace seep::pprof

#include "profile/merge.h"

#include <gtest/gtest.h>

#include "profile/profile_for_test.h"

namespace seep::profile {
namespace {

TEST(Merge, AddsUpEqualStacksAndDropsWhatIsZero) {
  const Profile a = MakeProfile({{"main;f", {1, 10}}, {"main;g", {2, 20}}, {"main;h", {0, 0}}});
  const Profile b = MakeProfile({{"main;g", {3, 30}}});
  auto merged = Merge({a, b});
  ASSERT_TRUE(merged);
  EXPECT_EQ(SamplesText(*merged), "main;f 1 10\nmain;g 5 50\n");
  EXPECT_EQ(merged->functions.size(), 4u);  // none, f, main, g
}

TEST(Merge, WhatCancelsOutLeavesNoTrace) {
  const Profile a = MakeProfile({{"main;f", {1, 10}}, {"main;g", {2, 20}}});
  Profile b = MakeProfile({{"main;g", {2, 20}}});
  Scale(b, -1);
  auto merged = Merge({a, b});
  ASSERT_TRUE(merged);
  EXPECT_EQ(SamplesText(*merged), "main;f 1 10\n");
  EXPECT_EQ(merged->functions.size(), 3u);
}

TEST(Merge, RefusesOtherSampleTypes) {
  Profile a = MakeProfile({{"main", {1, 2}}});
  Profile b = a;
  b.sample_types[0].type = b.strings.Intern("other");
  const auto merged = Merge({a, b});
  ASSERT_FALSE(merged);
  EXPECT_NE(merged.error().what.find("incompatible sample types"), std::string::npos);
}

TEST(MakeCompatible, KeepsCommonTypesAndTheFinerUnit) {
  std::vector<Profile> both{MakeProfile({{"main", {1, 2}}}), MakeProfile({{"main", {7, 3}}})};
  both[0].sample_types = {{both[0].strings.Intern("delay"), both[0].strings.Intern("ms")},
                          {both[0].strings.Intern("alone"), both[0].strings.Intern("count")}};
  both[1].sample_types = {{both[1].strings.Intern("other"), both[1].strings.Intern("count")},
                          {both[1].strings.Intern("delay"), both[1].strings.Intern("us")}};
  ASSERT_TRUE(MakeCompatible(both));
  auto merged = Merge(std::move(both));
  ASSERT_TRUE(merged);
  EXPECT_EQ(SamplesText(*merged), "main 1003\n");
}

TEST(Normalize, ScalesToTheBase) {
  Profile a = MakeProfile({{"main;f", {1, 10}}, {"main;g", {3, 30}}});
  ASSERT_TRUE(Normalize(a, MakeProfile({{"main", {8, 20}}})));
  EXPECT_EQ(SamplesText(a), "main;f 2 5\nmain;g 6 15\n");
}

TEST(SetLabel, ReplacesAndTakesAway) {
  Profile a = MakeProfile({{"main;f", {1, 10}}});
  SetLabel(a, "zone", "b");
  SetLabel(a, "base", "true");
  SetLabel(a, "zone", "c");
  const auto labels = a.label_sets.labels(a.samples.labels[0]);
  ASSERT_EQ(labels.size(), 2u);
  EXPECT_EQ(a.text(labels[0].key), "base");
  EXPECT_EQ(a.text(labels[1].text), "c");
  SetLabel(a, "base", "");
  SetLabel(a, "zone", "");
  EXPECT_EQ(a.samples.labels[0], LabelSetId{});
}

}  // namespace
}  // namespace seep::profile

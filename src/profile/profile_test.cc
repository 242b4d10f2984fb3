#include "profile/profile.h"

#include <gtest/gtest.h>

namespace seep::profile {
namespace {

TEST(LabelSets, EqualSetsHaveOneId) {
  LabelSets sets;
  const Label a{{1}, {2}, 0, {}}, b{{1}, {}, 7, {3}};
  EXPECT_EQ(sets.Intern({}).value, 0u);
  const LabelSetId one = sets.Intern(std::vector{a, b});
  EXPECT_EQ(sets.Intern(std::vector{a, b}), one);
  EXPECT_NE(sets.Intern(std::vector{b, a}), one);
  for (int64_t i = 0; i < 1000; ++i) sets.Intern(std::vector{Label{{1}, {}, i, {3}}});
  EXPECT_EQ(sets.Intern(std::vector{a, b}), one);
  ASSERT_EQ(sets.labels(one).size(), 2u);
  EXPECT_EQ(sets.labels(one)[1], b);
}

TEST(Profile, ElementZeroMeansNone) {
  const Profile profile;
  EXPECT_EQ(profile.locations.size(), 1u);
  EXPECT_TRUE(profile.LinesOf(LocationId{}).empty());
}

}  // namespace
}  // namespace seep::profile

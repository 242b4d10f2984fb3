#include "runtime/layout.h"

#include <gtest/gtest.h>

namespace seep::runtime {
namespace {

const Layout& Of(std::string_view version, Processor processor = Processor::kAmd64) {
  const auto layout = FindLayout(version, processor);
  EXPECT_TRUE(layout) << version;
  return **layout;
}

TEST(Layout, IsThatOfTheVersion) {
  EXPECT_EQ(Of("go1.19.8").g_goid, 152);
  EXPECT_EQ(Of("go1.19").g_parent_goid, -1);
  EXPECT_EQ(Of("go1.22.12").g_goid, 152);
  EXPECT_EQ(Of("go1.23.4").g_goid, 160);
  EXPECT_EQ(Of("go1.26.8").g_goid, 152);
  EXPECT_EQ(Of("go1.27rc1").minor, 27);
  EXPECT_EQ(Of("go1.25.3 X:greenteagc").minor, 25);
  EXPECT_EQ(Of("go1.26.8", Processor::kArm64).processor, Processor::kArm64);
}

TEST(Layout, PatchReleasesThatMovedAFieldHaveRowsOfTheirOwn) {
  EXPECT_EQ(Of("go1.23.2").first_patch, 0);
  EXPECT_EQ(Of("go1.23.3").first_patch, 3);
  EXPECT_EQ(Of("go1.23.11").first_patch, 3);
  EXPECT_EQ(Of("go1.23.99").first_patch, 12);
  EXPECT_EQ(Of("go1.18.1").first_patch, 10);
}

TEST(Layout, AnUnknownVersionIsRefused) {
  for (std::string_view version : {"go1.17.13", "go1.99", "devel go1.28-abc", "", "go1."}) {
    const auto layout = FindLayout(version, Processor::kAmd64);
    ASSERT_FALSE(layout) << version;
    EXPECT_EQ(layout.error().code, ErrorCode::kUnsupported);
  }
}

}  // namespace
}  // namespace seep::runtime

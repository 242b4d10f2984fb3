#include "capture/program.h"

#include <gtest/gtest.h>

namespace seep::capture {
namespace {

TEST(ProgramTest, FilterSeesInputAndIsHeard) {
  const auto out = RunFilter({"tr", "a-z", "A-Z"}, "digraph");
  ASSERT_TRUE(out.has_value()) << out.error().Text();
  EXPECT_EQ(*out, "DIGRAPH");
}

TEST(ProgramTest, MoreThanAPipeHoldsInBothDirections) {
  const std::string text(3'000'000, 'x');
  const auto out = RunFilter({"cat"}, text);
  ASSERT_TRUE(out.has_value());
  EXPECT_EQ(out->size(), text.size());
}

TEST(ProgramTest, ProgramThatDoesNotRead) {
  const auto out = RunFilter({"sh", "-c", "echo no"}, std::string(3'000'000, 'x'));
  ASSERT_TRUE(out.has_value());
  EXPECT_EQ(*out, "no\n");
}

TEST(ProgramTest, ErrorsAreWordedAsGoWordsThem) {
  EXPECT_EQ(RunFilter({"seep-no-such-program"}, "").error().what,
            "exec: \"seep-no-such-program\": executable file not found in $PATH");
  EXPECT_EQ(RunFilter({"/no/such/dot"}, "").error().what,
            "fork/exec /no/such/dot: no such file or directory");
  EXPECT_EQ(RunFilter({"sh", "-c", "exit 3"}, "").error().what, "exit status 3");
  EXPECT_EQ(RunFilter({"sh", "-c", "kill -9 $$"}, "").error().what, "signal: killed");
}

TEST(ProgramTest, StartedProgramIsWaitedFor) {
  const auto good = StartProgram({"sh", "-c", "echo unseen"});
  ASSERT_TRUE(good.has_value());
  EXPECT_TRUE(WaitForProgram(*good).has_value());
  const auto bad = StartProgram({"sh", "-c", "exit 1"});
  ASSERT_TRUE(bad.has_value());
  EXPECT_EQ(WaitForProgram(*bad).error().what, "exit status 1");
}

}  // namespace
}  // namespace seep::capture

#include "model/stack_table.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace seep::model {
namespace {

TEST(StackTable, EqualFramesAndStacksHaveEqualIds) {
  StackTable table;
  const FrameId a = table.AddFrame("main.a", "a.go", 1);
  const FrameId b = table.AddFrame("main.a", "a.go", 2);
  EXPECT_NE(a, b);
  EXPECT_EQ(table.AddFrame("main.a", "a.go", 1), a);
  EXPECT_EQ(table.function(a), "main.a");
  EXPECT_EQ(table.file(a), "a.go");
  EXPECT_EQ(table.line(b), 2u);
  const StackId ab = table.AddStack(std::vector{a, b});
  EXPECT_EQ(table.AddStack(std::vector{a, b}), ab);
  EXPECT_NE(table.AddStack(std::vector{b, a}), ab);
  EXPECT_NE(table.AddStack(std::vector{a}), ab);
  ASSERT_EQ(table.frames(ab).size(), 2u);
  EXPECT_EQ(table.frames(ab)[1], b);
}

TEST(StackTable, NothingIsZero) {
  StackTable table;
  EXPECT_EQ(table.AddFrame("", "", 0), FrameId{});
  EXPECT_EQ(table.AddStack({}), StackId{});
  EXPECT_TRUE(table.frames({}).empty());
}

TEST(StackTable, ManyStacksStayApart) {
  for (const bool reserve : {false, true}) {
    StackTable table;
    if (reserve) table.ReserveStacks(20'000, 100'000);
    std::vector<StackId> ids;
    const auto stack = [&](uint32_t i) {
      std::vector<FrameId> frames;
      for (uint32_t d = 0; d < 1 + i % 9; ++d)
        frames.push_back(table.AddFrame("f" + std::to_string(i >> d), "x.go", d + 1));
      return frames;
    };
    for (uint32_t i = 0; i < 20'000; ++i) ids.push_back(table.AddStack(stack(i)));
    for (uint32_t i = 0; i < 20'000; i += 101) {
      const auto expected = stack(i);
      const auto found = table.frames(ids[i]);
      EXPECT_EQ(std::vector<FrameId>(found.begin(), found.end()), expected);
      EXPECT_EQ(table.AddStack(expected), ids[i]);
    }
    EXPECT_EQ(table.stack_count(), 20'001u);
  }
}

// Two frames go into one step of the hash: stacks that differ only in where the pairs fall must not be taken
// for equal.
TEST(StackTable, OddAndEvenLengths) {
  StackTable table;
  const FrameId a = table.AddFrame("a", "", 0), b = table.AddFrame("b", "", 0);
  const std::vector<std::vector<FrameId>> stacks = {{a},    {a, a},    {a, a, a}, {a, b},
                                                    {b, a}, {a, b, a}, {a, a, b}};
  for (size_t i = 0; i < stacks.size(); ++i)
    for (size_t j = 0; j < stacks.size(); ++j)
      EXPECT_EQ(table.AddStack(stacks[i]) == table.AddStack(stacks[j]), i == j) << i << " " << j;
}

}  // namespace
}  // namespace seep::model

#include <gtest/gtest.h>

#include "parse/fixtures.h"

namespace seep::parse {
namespace {

TEST(ProcThreads, StackPointersAndNames) {
  Parser parser;
  const model::Snapshot s =
      parser.One("# seep threads 1\n4711 7ffd5a1b2c30 orders\n4712 - my thread\n4713 c000012000 \n");
  EXPECT_TRUE(s.gaps.empty());
  ASSERT_TRUE(s.threads);
  ASSERT_EQ(s.threads->size(), 3u);
  EXPECT_EQ(s.threads->at(0).stack_pointer, 0x7ffd5a1b2c30u);
  EXPECT_FALSE(s.threads->at(1).stack_pointer);
  EXPECT_EQ(s.threads->at(1).name, "my thread");
  EXPECT_EQ(s.threads->at(2).id, 4713u);
}

TEST(ProcThreads, ALineThatIsNoneIsAGap) {
  Parser parser;
  const model::Snapshot s = parser.One("# seep threads 1\nfoo\n12 7f00 a\n");
  EXPECT_EQ(s.threads->size(), 1u);
  EXPECT_EQ(s.gaps.size(), 1u);
}

}  // namespace
}  // namespace seep::parse

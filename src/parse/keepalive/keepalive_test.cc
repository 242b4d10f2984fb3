#include <gtest/gtest.h>

#include "parse/fixtures.h"

namespace seep::parse {
namespace {

TEST(Keepalive, WhatTheSocketsSaid) {
  Parser parser;
  const model::Snapshot s = parser.One(
      "# seep keepalive 1\n"
      "37 socket=66201 on idle=15 interval=16 count=9 user_timeout=250\n"
      "40 socket=66207 off idle=7200 interval=75 count=9 user_timeout=0\n");
  EXPECT_TRUE(s.gaps.empty());
  ASSERT_TRUE(s.keepalives);
  ASSERT_EQ(s.keepalives->size(), 2u);
  EXPECT_EQ(s.keepalives->at(0).fd, 37);
  EXPECT_EQ(s.keepalives->at(0).inode, 66201u);
  EXPECT_EQ(s.keepalives->at(0).keepalive, (model::Keepalive{true, 15, 16, 9, 250}));
  EXPECT_FALSE(s.keepalives->at(1).keepalive.on);
}

TEST(Keepalive, ALineThatIsNotWholeIsAGap) {
  Parser parser;
  for (const char* line : {"37", "37 socket=1", "37 socket=1 maybe idle=1 interval=1 count=1 user_timeout=0",
                           "37 socket=1 on idle=1 interval=1 count=1", "x socket=1 on",
                           "37 socket=1 on idle=1 interval=1 count=1 user_timeout=0 more"}) {
    const model::Snapshot s = parser.One(std::string("# seep keepalive 1\n") + line + "\n");
    EXPECT_TRUE(s.keepalives->empty()) << line;
    EXPECT_EQ(s.gaps.size(), 1u) << line;
  }
}

}  // namespace
}  // namespace seep::parse

#include "base/cursor.h"

#include <gtest/gtest.h>

namespace seep {
namespace {

TEST(Cursor, LinesWithAndWithoutNewlines) {
  Cursor in("one\r\n\ntwo");
  EXPECT_EQ(in.PeekLine(), "one");
  EXPECT_EQ(in.Line(), "one");
  EXPECT_EQ(in.Line(), "");
  EXPECT_EQ(in.Line(), "two");
  EXPECT_TRUE(in.AtEnd());
  EXPECT_EQ(in.Line(), "");
}

TEST(Cursor, NumbersConsumeNothingWhenThereIsNone) {
  Cursor in("x12 -7 18446744073709551616 0xfF ff");
  EXPECT_FALSE(in.Decimal());
  EXPECT_TRUE(in.Skip('x'));
  EXPECT_EQ(in.Decimal(), 12u);
  in.SkipSpaces();
  EXPECT_FALSE(in.Decimal());
  EXPECT_EQ(in.SignedDecimal(), -7);
  in.SkipSpaces();
  const size_t left = in.Left();
  EXPECT_FALSE(in.Decimal());  // one more than fits
  EXPECT_EQ(in.Left(), left);
  EXPECT_EQ(in.Word(), "18446744073709551616");
  in.SkipSpaces();
  EXPECT_EQ(in.Hex(), 255u);
  in.SkipSpaces();
  EXPECT_EQ(in.Hex(), 255u);
  EXPECT_FALSE(in.Hex());
}

TEST(Cursor, HexPrefixAloneIsNoNumber) {
  Cursor in("0xg");
  EXPECT_FALSE(in.Hex());
  EXPECT_EQ(in.Rest(), "0xg");
}

TEST(Cursor, TakeIsAllOrNothing) {
  Cursor in("abc");
  EXPECT_FALSE(in.Take(4));
  EXPECT_EQ(in.Take(3), "abc");
  EXPECT_EQ(in.Take(0), "");
}

TEST(Cursor, UntilLeavesTheStop) {
  Cursor in("key: value, rest");
  EXPECT_EQ(in.Until(':'), "key");
  EXPECT_TRUE(in.Skip(": "));
  EXPECT_EQ(in.Until(";,"), "value");
  EXPECT_FALSE(in.Skip("no"));
  EXPECT_EQ(in.Until('!'), ", rest");
  EXPECT_TRUE(in.AtEnd());
}

TEST(Cursor, LittleEndianWords) {
  Cursor in(std::string_view("\x01\x02\x03\x04\x05\x00\x00\x00\x00\x00\x00\x80\xff", 13));
  EXPECT_EQ(in.U32(), 0x04030201u);
  EXPECT_EQ(in.U64(), 0x8000000000000005u);
  EXPECT_FALSE(in.U32());
  EXPECT_EQ(in.Left(), 1u);
}

}  // namespace
}  // namespace seep

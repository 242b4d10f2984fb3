#include "base/result.h"

#include <gtest/gtest.h>

#include "base/bytes.h"

namespace seep {
namespace {

Result<int> Half(int n) {
  if (n % 2 != 0) return Fail(ErrorCode::kBadInput, "odd", "n", "give an even one");
  return n / 2;
}
Result<int> Quarter(int n) {
  SEEP_TRY(const int half, Half(n));
  SEEP_TRY(const int quarter, Half(half));
  return quarter;
}
Status Check(int n) {
  SEEP_TRY_VOID([&]() -> Status {
    if (n < 0) return Fail(ErrorCode::kUsage, "negative");
    return {};
  }());
  return {};
}

TEST(Result, TryHandsOnValuesAndErrors) {
  EXPECT_EQ(Quarter(8), 2);
  ASSERT_FALSE(Quarter(6));
  EXPECT_EQ(Quarter(6).error().what, "odd");
  EXPECT_TRUE(Check(1));
  EXPECT_EQ(Check(-1).error().code, ErrorCode::kUsage);
}

TEST(Result, TextHasOnlyWhatThereIs) {
  EXPECT_EQ(Half(1).error().Text(), "n: odd (give an even one)");
  EXPECT_EQ((Error{ErrorCode::kBadInput, "odd", "", ""}).Text(), "odd");
}

TEST(Bytes, PartsShareTheOwner) {
  Bytes part;
  {
    const Bytes whole(std::string("hello world, and a tail beyond any small-string room"));
    part = whole.Part(6, 5);
  }
  EXPECT_EQ(part.view(), "world");
  EXPECT_EQ(part.Part(3, 100).view(), "ld");
  EXPECT_TRUE(part.Part(9, 1).empty());
}

}  // namespace
}  // namespace seep

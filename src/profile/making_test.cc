#include "profile/making.h"

#include <gtest/gtest.h>

#include <array>

namespace seep::profile {
namespace {

TEST(FunctionIndex, EachNameInEachFileOnce) {
  Profile p;
  FunctionIndex functions;
  const FunctionId first = functions.Add(p, "main.run", "/src/a.go", 7);
  EXPECT_EQ(functions.Add(p, "main.run", "/src/a.go", 9), first);
  EXPECT_NE(functions.Add(p, "main.run", "/src/b.go"), first);
  ASSERT_EQ(p.functions.size(), 3U) << "and the one that means none";
  EXPECT_EQ(p.text(p.functions[first.value].system_name), "main.run");
  EXPECT_EQ(p.functions[first.value].start_line, 7);
}

TEST(AddLocation, KeepsItsLinesTogether) {
  Profile p;
  FunctionIndex functions;
  const std::array<Line, 2> lines = {Line{functions.Add(p, "a", "f"), 1, 0},
                                     Line{functions.Add(p, "b", "f"), 2, 0}};
  const LocationId empty = AddLocation(p, 0x10, {}, {}), two = AddLocation(p, 0x20, {1}, lines);
  EXPECT_EQ(p.LinesOf(empty).size(), 0U);
  ASSERT_EQ(p.LinesOf(two).size(), 2U);
  EXPECT_EQ(p.LinesOf(two)[1].line, 2);
  EXPECT_EQ(p.locations[two.value].address, 0x20U);
}

}  // namespace
}  // namespace seep::profile

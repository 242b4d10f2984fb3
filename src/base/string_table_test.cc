#include "base/string_table.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/hash.h"

namespace seep {
namespace {

TEST(StringTable, EqualTextsHaveEqualIds) {
  StringTable table;
  const StringId a = table.Intern("net/http.(*Server).Serve");
  EXPECT_TRUE(a);
  EXPECT_EQ(table.Intern(std::string("net/http.(*Server).") + "Serve"), a);
  EXPECT_EQ(table.View(a), "net/http.(*Server).Serve");
  EXPECT_EQ(table.Find("net/http.(*Server).Serve"), a);
  EXPECT_FALSE(table.Find("other"));
}

TEST(StringTable, EmptyIsZero) {
  StringTable table;
  EXPECT_EQ(table.Intern(""), StringId{});
  EXPECT_EQ(table.View({}), "");
  EXPECT_EQ(table.size(), 1u);
}

TEST(StringTable, ViewsStayValidWhileItGrows) {
  StringTable table;
  const std::string long_text(200'000, 'x');  // longer than a block
  const std::string_view first = table.View(table.Intern("first"));
  const std::string_view large = table.View(table.Intern(long_text));
  std::vector<StringId> ids;
  for (int i = 0; i < 50'000; ++i) ids.push_back(table.Intern("string-" + std::to_string(i)));
  EXPECT_EQ(first, "first");
  EXPECT_EQ(large, long_text);
  for (int i = 0; i < 50'000; i += 997)
    EXPECT_EQ(table.View(ids[static_cast<size_t>(i)]), "string-" + std::to_string(i));
  EXPECT_EQ(table.size(), 50'003u);
}

TEST(StringTable, MovedTableKeepsItsViews) {
  StringTable table;
  const StringId id = table.Intern("kept");
  const std::string_view view = table.View(id);
  const StringTable moved = std::move(table);
  EXPECT_EQ(moved.View(id).data(), view.data());
}

TEST(Hash, OrderAndLengthMatter) {
  EXPECT_NE(HashBytes("ab"), HashBytes("ba"));
  EXPECT_NE(HashBytes(std::string_view("a", 1)), HashBytes(std::string_view("a\0", 2)));
  EXPECT_EQ(HashBytes("12345678"), HashBytes(std::string("1234") + "5678"));
  EXPECT_NE(Mix(Mix(Hash128{}, uint64_t{1}), uint64_t{2}), Mix(Mix(Hash128{}, uint64_t{2}), uint64_t{1}));
}

TEST(StringTable, ACopySharesTextsAndGrowsOnItsOwn) {
  StringTable original;
  const StringId shared = original.Intern("shared");
  StringTable copy = original;
  EXPECT_EQ(copy.Intern("shared"), shared);
  EXPECT_EQ(copy.View(shared).data(), original.View(shared).data());
  const StringId first = original.Intern("only in the original");
  const StringId second = copy.Intern("only in the copy");
  EXPECT_EQ(original.View(first), "only in the original");
  EXPECT_EQ(copy.View(second), "only in the copy");
  EXPECT_EQ(copy.Find("only in the original"), StringId{});
}

}  // namespace
}  // namespace seep

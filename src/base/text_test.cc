#include "base/text.h"

#include <gtest/gtest.h>

namespace seep {
namespace {

TEST(Text, Counts) {
  EXPECT_EQ(FormatCount(0), "0");
  EXPECT_EQ(FormatCount(999), "999");
  EXPECT_EQ(FormatCount(27838), "27,838");
  EXPECT_EQ(FormatCount(1234567), "1,234,567");
  EXPECT_EQ(FormatCount(UINT64_MAX), "18,446,744,073,709,551,615");
}

TEST(Text, Bytes) {
  EXPECT_EQ(FormatBytes(0), "0 B");
  EXPECT_EQ(FormatBytes(512), "512 B");
  EXPECT_EQ(FormatBytes(1024), "1.0 KiB");
  EXPECT_EQ(FormatBytes(9.1 * 1048576), "9.1 MiB");
  EXPECT_EQ(FormatBytes(172.0 * 1048576), "172 MiB");
  EXPECT_EQ(FormatBytes(1023.9 * 1024), "1.0 MiB");  // never "1024 KiB"
  EXPECT_EQ(FormatBytes(-2048), "-2.0 KiB");
  EXPECT_EQ(FormatBytes(1e18), "888 PiB");
}

TEST(Text, RatesTakeTheUnitThatReadsBest) {
  EXPECT_EQ(FormatRate(231, "calls"), "231 calls/s");
  EXPECT_EQ(FormatRate(14 / 60.0, "calls"), "14 calls/min");
  EXPECT_EQ(FormatRate(3.1 / 3600, "calls"), "3.1 calls/h");
}

TEST(Text, Plurals) {
  EXPECT_EQ(Plural(1, "goroutine"), "1 goroutine");
  EXPECT_EQ(Plural(2000, "goroutine"), "2,000 goroutines");
  EXPECT_EQ(Plural(0, "entry", "entries"), "0 entries");
}

TEST(Text, TrimAndSplit) {
  EXPECT_EQ(Trim(" \t a b \r\n"), "a b");
  EXPECT_EQ(Trim(" \n"), "");
  EXPECT_EQ(Split("a,,b", ','), (std::vector<std::string_view>{"a", "", "b"}));
  EXPECT_EQ(Split("", ','), (std::vector<std::string_view>{""}));
}

TEST(Text, CaseIsIgnoredForAsciiOnly) {
  EXPECT_TRUE(EqualsIgnoreCase("Content-Type", "content-TYPE"));
  EXPECT_FALSE(EqualsIgnoreCase("a", "ab"));
}

TEST(Text, WrapBreaksAtSpaces) {
  EXPECT_EQ(Wrap("the quick brown fox", 10), (std::vector<std::string>{"the quick", "brown fox"}));
  EXPECT_EQ(Wrap("unbreakableword x", 5), (std::vector<std::string>{"unbreakableword", "x"}));
  EXPECT_EQ(Wrap("a\n\nb", 80), (std::vector<std::string>{"a", "", "b"}));
  EXPECT_EQ(Wrap("ä ö ü", 3), (std::vector<std::string>{"ä ö", "ü"}));  // columns, not bytes
}

TEST(Text, PrintableIsSafeAndKeepsWhatIsValid) {
  EXPECT_EQ(Printable("plain\ttext\n"), "plain\ttext\n");
  EXPECT_EQ(Printable("\x1b[31m\x7f"), "?[31m?");
  EXPECT_EQ(Printable("grün 日本 🙂"), "grün 日本 🙂");
  const std::string replacement = "\xEF\xBF\xBD";
  EXPECT_EQ(Printable("\xff"), replacement);
  EXPECT_EQ(Printable("\xC0\xAF"), replacement + replacement);                    // overlong
  EXPECT_EQ(Printable("\xED\xA0\x80"), replacement + replacement + replacement);  // surrogate
  EXPECT_EQ(Printable("a\xE2\x82"), "a" + replacement + replacement);             // cut off
  EXPECT_EQ(Printable(std::string_view("a\0b", 3)), "a?b");
}

TEST(Text, DidYouMean) {
  const std::vector<std::string_view> known = {"diagnose", "compare", "explain"};
  EXPECT_EQ(DidYouMean("diagnoze", known), "diagnose");
  EXPECT_EQ(DidYouMean("compre", known), "compare");
  EXPECT_EQ(DidYouMean("zzzzzzzz", known), "");
}

}  // namespace
}  // namespace seep

#include "cli/pprof/edited_line.h"

#include <gtest/gtest.h>

namespace seep::cli {
namespace {

// What a line is after these bytes came from the keyboard; '|' shows the cursor.
std::string Typed(EditedLine& line, std::string bytes) {
  KeyPress press;
  while (TakeKey(bytes, press))
    if (line.Press(press) == EditedLine::State::kDone) line.Next();
  std::string shown = line.text();
  return shown.insert(line.cursor(), "|");
}

std::string Typed(std::string bytes) {
  EditedLine line;
  return Typed(line, std::move(bytes));
}

TEST(EditedLineTest, KeysEditTheLine) {
  EXPECT_EQ(Typed("top"), "top|");
  EXPECT_EQ(Typed("tp\x1b[Do"), "to|p");
  EXPECT_EQ(Typed("op\x01t\x05 5"), "top 5|");
  EXPECT_EQ(Typed("\x1b[H\x1b[Fa\x1b[3~b\x7f"), "a|");
  EXPECT_EQ(Typed("top main\x1b[1;5Dx"), "top x|main");
  EXPECT_EQ(Typed("top main\x1b\x62\x1b\x66s"), "top mains|");
  EXPECT_EQ(Typed("top ma\x1b[D\x04"), "top m|");
}

TEST(EditedLineTest, CutTextIsPasted) {
  EXPECT_EQ(Typed("top main\x17"), "top |");
  EXPECT_EQ(Typed("top main\x17list \x19"), "top list main|");
  EXPECT_EQ(Typed("top\x15"), "|");
  EXPECT_EQ(Typed("top10\x1b[D\x1b[D\x0b"), "top|");
}

TEST(EditedLineTest, CharactersStayWhole) {
  EXPECT_EQ(Typed("na\xc3\xafve\x1b[D\x1b[D\x7f"), "na|ve");
  EXPECT_EQ(Typed("\xe2\x82\xac\x01\x1b[3~"), "|");
  EXPECT_EQ(Typed("a\x80\xff"
                  "b"),
            "ab|");  // no UTF-8
  std::string half = "\xe2\x82";
  KeyPress press;
  EXPECT_FALSE(TakeKey(half, press));
  half = "\x1b[1;";
  EXPECT_FALSE(TakeKey(half, press));
}

TEST(EditedLineTest, ArrowsWalkThroughHistory) {
  EditedLine line;
  EXPECT_EQ(Typed(line, "top\rtree\rtree\rpe"), "pe|");
  EXPECT_EQ(Typed(line, "\x1b[A"), "tree|");
  EXPECT_EQ(Typed(line, "\x1bOA"), "top|");  // a repeated line is kept once
  EXPECT_EQ(Typed(line, "\x1b[A"), "top|");
  EXPECT_EQ(Typed(line, "\x1b[B\x1b[B"), "pe|");
  EXPECT_EQ(Typed(line, "\x1b[B"), "pe|");
}

TEST(EditedLineTest, LeavingAndDiscarding) {
  EditedLine line;
  EXPECT_EQ(line.Press({Key::kDeleteOrLeave, {}}), EditedLine::State::kLeave);
  EXPECT_EQ(line.Press({Key::kInterrupt, {}}), EditedLine::State::kLeave);
  line.Press({Key::kText, "t"});
  EXPECT_EQ(line.Press({Key::kInterrupt, {}}), EditedLine::State::kDiscarded);
  EXPECT_EQ(line.Press({Key::kTab, {}}), EditedLine::State::kComplete);
}

TEST(EditedLineTest, CompletesAsFarAsWordsAgree) {
  EditedLine line;
  Typed(line, "t");
  EXPECT_TRUE(line.Complete(0, {"tagfocus", "tagignore"}));
  EXPECT_EQ(line.text(), "tag");
  EXPECT_FALSE(line.Complete(0, {"tagfocus", "tagignore"}));
  EXPECT_TRUE(line.Complete(0, {"tagfocus"}));
  EXPECT_EQ(line.text(), "tagfocus ");
  EXPECT_FALSE(line.Complete(9, {}));
  EditedLine other;
  Typed(other, "foc");
  EXPECT_TRUE(other.Complete(0, {"focus="}));
  EXPECT_EQ(other.text(), "focus=");
  Typed(line, "Loop");
  EXPECT_FALSE(line.Complete(9, {"net.readLoop", "net.writeLoop"}));  // they agree in less than was typed
  EXPECT_TRUE(line.Complete(9, {"net.readLoop"}));
  EXPECT_EQ(line.text(), "tagfocus net.readLoop ");
}

}  // namespace
}  // namespace seep::cli

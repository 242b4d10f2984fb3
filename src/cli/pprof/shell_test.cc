#include "cli/pprof/shell.h"

#include <gtest/gtest.h>

namespace seep::cli {
namespace {

pprof::Query Parsed(std::string_view line, const profile::Settings& settings = {}) {
  auto query = ParseShellCommand(line, settings);
  EXPECT_TRUE(query.has_value()) << (query ? "" : query.error().what);
  return query ? *query : pprof::Query();
}

std::string ErrorOf(std::string_view line) {
  const auto query = ParseShellCommand(line, {});
  return query ? "" : query.error().what;
}

TEST(ShellTest, WordsBehindACommand) {
  const pprof::Query top = Parsed("top 5 readLoop -runtime write -cum -syscall >x");
  EXPECT_EQ(top.report, "top");
  EXPECT_EQ(top.settings.nodecount, 5);
  EXPECT_EQ(top.settings.focus, "readLoop|write");
  EXPECT_EQ(top.settings.ignore, "runtime|syscall");
  EXPECT_EQ(top.settings.sort, "cum");
  EXPECT_EQ(top.settings.output, "x");
  EXPECT_EQ(Parsed("top > x").settings.output, "x");
  EXPECT_EQ(Parsed("top -5").settings.nodecount, -5);  // a number, as pprof reads it
  const pprof::Query tags = Parsed("tags bytes -http");
  EXPECT_EQ(tags.settings.tagfocus, "bytes");
  EXPECT_EQ(tags.settings.tagignore, "http");
  EXPECT_EQ(tags.settings.focus, "");
}

TEST(ShellTest, NumbersBehindNames) {
  EXPECT_EQ(Parsed("top").settings.nodecount, 10);
  EXPECT_EQ(Parsed("text").settings.nodecount, 10);
  EXPECT_EQ(Parsed("top3").settings.nodecount, 3);
  EXPECT_EQ(Parsed("top3 4").settings.nodecount, 4);
  EXPECT_EQ(Parsed("tree").settings.nodecount, -1);
  profile::Settings settings;
  settings.nodecount = 7;
  EXPECT_EQ(Parsed("top", settings).settings.nodecount, 7);
}

TEST(ShellTest, CommandsWithASymbol) {
  const pprof::Query peek = Parsed("peek main.* -runtime");
  EXPECT_EQ(peek.symbol, "main.*");
  EXPECT_EQ(peek.settings.ignore, "runtime");
}

TEST(ShellTest, Errors) {
  EXPECT_EQ(ErrorOf("nonsense"), "unrecognized command: \"nonsense\"");
  EXPECT_EQ(ErrorOf("nonsense7"), "unrecognized command: \"nonsense\"");
  EXPECT_EQ(ErrorOf("top>x"), "unrecognized command: \"top>x\"");
  EXPECT_EQ(ErrorOf("17"), "unrecognized command: \"17\"");
  EXPECT_EQ(ErrorOf("peek"), "command peek requires an argument");
  EXPECT_EQ(ErrorOf("top >"), "unexpected end of line after >");
  EXPECT_EQ(ErrorOf("focus5"), "did you mean: focus=5");
}

TEST(ShellTest, CompletesNames) {
  using Names = std::vector<std::string>;
  const Completion tag = CompleteShellLine("tagf", {});
  EXPECT_EQ(tag.begin, 0u);
  EXPECT_EQ(tag.words, Names{"tagfocus="});
  const Completion help = CompleteShellLine("help tagf", {});
  EXPECT_EQ(help.begin, 5u);
  EXPECT_EQ(help.words, Names{"tagfocus"});
  EXPECT_EQ(CompleteShellLine("peek ", {"a"}).words, Names{});
  EXPECT_EQ(CompleteShellLine("tree", {}).words, Names{"tree"});
  EXPECT_GT(CompleteShellLine("", {}).words.size(), 30u);
}

TEST(ShellTest, CompletesFunctions) {
  const std::vector<std::string> functions = {"net.writeLoop", "main.main", "net.readLoop", "net.readLoop"};
  const Completion loop = CompleteShellLine("peek Loop", functions);
  EXPECT_EQ(loop.begin, 5u);
  EXPECT_EQ(loop.words, (std::vector<std::string>{"net.readLoop", "net.writeLoop"}));
  const Completion ignored = CompleteShellLine("top10 -readL", functions);
  EXPECT_EQ(ignored.begin, 7u);
  EXPECT_EQ(ignored.words, std::vector<std::string>{"net.readLoop"});
  const std::vector<std::string> methods = {"net.(*conn).Read"};
  const std::vector<std::string> pattern = {"net.\\(\\*conn\\).Read"};
  EXPECT_EQ(CompleteShellLine("peek conn).R", methods).words, pattern);
  EXPECT_EQ(CompleteShellLine("peek conn\\).R", methods).words, pattern);
  EXPECT_TRUE(CompleteShellLine("tags main", functions).words.empty());
  EXPECT_TRUE(CompleteShellLine("top >main", functions).words.empty());
}

TEST(ShellTest, HelpIsForEveryName) {
  const profile::Profile profile;
  EXPECT_NE(ShellHelpAbout("top", profile).find("Usage:"), std::string::npos);
  EXPECT_NE(ShellHelpAbout("svg", profile).find("svg [N]"), std::string::npos);
  EXPECT_NE(ShellHelpAbout("granularity", profile).find("filefunctions"), std::string::npos);
  EXPECT_FALSE(ShellHelpAbout("focus", profile).empty());
  EXPECT_EQ(ShellHelpAbout("nothing", profile), "");
}

}  // namespace
}  // namespace seep::cli

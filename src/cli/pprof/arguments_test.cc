#include "cli/pprof/arguments.h"

#include <gtest/gtest.h>

namespace seep::cli {
namespace {

struct Outcome {
  PprofArguments arguments;
  std::string error;
  ShowUsage usage = ShowUsage::kNo;
  std::vector<std::string> warnings;
};

Outcome Parsed(const std::vector<const char*>& args) {
  Outcome out;
  const Log log({}, [&](std::string_view line) { out.warnings.emplace_back(line); });
  const auto is_object = [](const std::string& path) { return path == "binary"; };
  auto parsed = ParsePprofArguments(args, is_object, log, out.usage);
  if (parsed)
    out.arguments = std::move(*parsed);
  else
    out.error = parsed.error().what;
  return out;
}

TEST(PprofArgumentsTest, CommandsAndSources) {
  const Outcome top = Parsed({"-top", "-cum", "a", "b"});
  EXPECT_EQ(top.arguments.command, "top");
  EXPECT_EQ(top.arguments.settings.sort, "cum");
  EXPECT_EQ(top.arguments.sources, (std::vector<std::string>{"a", "b"}));
  const Outcome peek = Parsed({"-peek", "main", "-lines", "a"});
  EXPECT_EQ(peek.arguments.command, "peek");
  EXPECT_EQ(peek.arguments.symbol, "main");
  EXPECT_EQ(peek.arguments.settings.granularity, "lines");
  EXPECT_FALSE(Parsed({"a"}).arguments.command.has_value());
  EXPECT_FALSE(Parsed({"-peek=", "-top=false", "a"}).arguments.command.has_value());
}

TEST(PprofArgumentsTest, ObjectFileBeforeSourcesIsTheBinary) {
  const Outcome two = Parsed({"-top", "binary", "heap"});
  EXPECT_EQ(two.arguments.executable, "binary");
  EXPECT_EQ(two.arguments.sources, std::vector<std::string>{"heap"});
  EXPECT_EQ(Parsed({"binary"}).arguments.sources, std::vector<std::string>{"binary"});
  EXPECT_EQ(Parsed({"heap", "binary"}).arguments.executable, "");
}

TEST(PprofArgumentsTest, SampleFlags) {
  EXPECT_EQ(Parsed({"-inuse_objects", "a"}).arguments.settings.sample_index, "inuse_objects");
  const Outcome mean = Parsed({"-mean_delay", "a"});
  EXPECT_EQ(mean.arguments.settings.sample_index, "delay");
  EXPECT_TRUE(mean.arguments.settings.mean);
  const Outcome both = Parsed({"-alloc_space", "-inuse_space", "-sample_index=x", "a"});
  EXPECT_EQ(both.arguments.settings.sample_index, "x");
  EXPECT_EQ(both.warnings, (std::vector<std::string>{"Multiple value selections, ignoring -inuse_space",
                                                     "Multiple value selections, ignoring -alloc_space"}));
}

TEST(PprofArgumentsTest, LastBaseCounts) {
  const Outcome base = Parsed({"-base", "x", "-base", "y", "a"});
  EXPECT_EQ(base.arguments.bases, std::vector<std::string>{"y"});
  EXPECT_FALSE(base.arguments.diff_base);
  EXPECT_TRUE(Parsed({"-diff_base=x", "-base=", "a"}).arguments.diff_base);
  EXPECT_TRUE(Parsed({"-base=", "a"}).arguments.bases.empty());
}

TEST(PprofArgumentsTest, ErrorsOfPprof) {
  EXPECT_EQ(Parsed({"-top"}).error, "no profile source specified");
  EXPECT_EQ(Parsed({"-top"}).usage, ShowUsage::kBefore);
  EXPECT_EQ(Parsed({"-bogus", "a"}).error, "flag provided but not defined: -bogus");
  EXPECT_EQ(Parsed({"-bogus", "a"}).usage, ShowUsage::kAfter);
  EXPECT_EQ(Parsed({"-top", "-tree", "a"}).error, "must set at most one output format");
  EXPECT_EQ(Parsed({"-top", "-peek=x", "a"}).error, "must set at most one output format");
  EXPECT_EQ(Parsed({"-flat", "-cum", "a"}).error, "conflicting options set: [cum flat]");
  EXPECT_EQ(Parsed({"-http=:0", "-top", "a"}).error,
            "-http is not compatible with an output format on the command line");
  EXPECT_EQ(Parsed({"-no_browser", "a"}).error, "-no_browser only makes sense with -http");
  EXPECT_EQ(Parsed({"-base=x", "-diff_base=y", "a"}).error,
            "-base and -diff_base flags cannot both be specified");
  EXPECT_EQ(Parsed({"-normalize", "a"}).error, "must have base profile to normalize by");
  EXPECT_EQ(Parsed({"-top", "-tree", "a"}).usage, ShowUsage::kNo);
}

TEST(PprofArgumentsTest, UsageNamesEveryFlag) {
  const std::string usage = PprofUsage();
  for (const char* flag : {"-top", "-peek REGEX", "-svg", "-web", "-base", "-tls_cert", "-nodecount", "-cum",
                           "-addresses", "-inuse_space", "PPROF_TMPDIR"})
    EXPECT_NE(usage.find(flag), usage.npos) << flag;
}

}  // namespace
}  // namespace seep::cli

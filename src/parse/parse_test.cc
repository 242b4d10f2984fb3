// The front door: what is said of things that are no evidence.
#include <gtest/gtest.h>

#include <algorithm>

#include "base/text.h"
#include "parse/fixtures.h"

namespace seep::parse {
namespace {

TEST(Parse, AnHtmlPageIsCalledOne) {
  Parser parser;
  for (const char* page :
       {"<!DOCTYPE html>\n<html><body>Sign in</body></html>", "  <html><head></head></html>", "<HTML>"}) {
    const std::string error = parser.ErrorOf(page, "heap");
    EXPECT_NE(error.find("test:heap: expected a pprof profile"), std::string::npos) << error;
    EXPECT_NE(error.find("found an HTML page (is this the pprof port and path?"), std::string::npos) << error;
  }
}

TEST(Parse, AnErrorPageIsCalledOne) {
  Parser parser;
  const std::string error = parser.ErrorOf("404 page not found\n", "heap");
  EXPECT_NE(error.find("found an error page: 404 page not found"), std::string::npos) << error;
  EXPECT_NE(error.find("look at /debug/pprof/"), std::string::npos) << error;
}

TEST(Parse, NothingIsCalledNothing) {
  Parser parser;
  for (const char* empty : {"", "\n \n"})
    EXPECT_NE(parser.ErrorOf(empty, "goroutine").find("found an empty answer (was the disk full"),
              std::string::npos);
}

TEST(Parse, GarbageIsShownHarmlessly) {
  Parser parser;
  for (const std::string& garbage :
       {std::string("\x1b[31mred\x00\xff", 10), std::string("\x1b]0;title\x07 text")}) {
    const std::string error = parser.ErrorOf(garbage, "x");
    EXPECT_NE(error.find("found"), std::string::npos) << error;
    // Whatever is shown of it must not reach the terminal as control characters or broken UTF-8.
    EXPECT_EQ(Printable(error), error);
  }
}

TEST(Parse, AnErrorOfCaptureIsHandedOn) {
  model::StackTable stacks;
  Context context{stacks, {}};
  model::Artifact artifact;
  artifact.name = "heap";
  artifact.error = Error{ErrorCode::kTimeout, "no answer within 60 s", "http://x/heap", "raise --timeout"};
  auto result = ParseArtifact(artifact, context);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().Text(), "http://x/heap: no answer within 60 s (raise --timeout)");
}

TEST(Parse, DamagedCompressionNamesTheSource) {
  Parser parser;
  EXPECT_TRUE(parser.ErrorOf("\x1f\x8b\x08", "heap").starts_with("test:heap: gzip data ends after 3 bytes"))
      << parser.ErrorOf("\x1f\x8b\x08", "heap");
}

TEST(Parse, CutCompressionIsAGap) {
  Parser parser;
  const std::string packed = ReadFixture("pprof/go1.26/heap.txt.gz");
  const model::Snapshot s = parser.One(packed.substr(0, packed.size() / 2));
  ASSERT_TRUE(s.heap);
  const bool said = std::ranges::any_of(s.gaps, [](const model::Gap& gap) {
    return gap.why.find("the compressed data ends early") != std::string::npos;
  });
  EXPECT_TRUE(said);
}

// One name may stand for a format and its fallback of lower priority, but then their order must be certain.
TEST(Parse, FormatsAreCompleteAndTheirOrderIsCertain) {
  std::vector<std::pair<std::string_view, int>> names;
  for (const Format* format : AllFormats()) {
    EXPECT_NE(format->sniff, nullptr) << format->name;
    EXPECT_NE(format->parse, nullptr) << format->name;
    names.emplace_back(format->name, format->priority);
  }
  std::ranges::sort(names);
  EXPECT_EQ(std::ranges::adjacent_find(names), names.end());
  EXPECT_GE(names.size(), 14u);
}

// Fixtures are recognised whatever they are called: of the formats that claim one, the first in priority is
// its own.
TEST(Parse, ContentDecidesNotTheName) {
  const std::pair<const char*, std::string_view> kFiles[] = {
      {"pprof/go1.26/threadcreate.pb.gz", "pprof"},
      {"proc/status", "proc/status"},
      {"proc/stat", "proc/stat"},
      {"proc/smaps.gz", "proc/smaps"},
      {"proc/limits", "proc/limits"},
      {"proc/smaps_rollup", "proc/smaps_rollup"},
      {"proc/net_tcp", "proc/net/tcp"},
      {"proc/net_tcp6", "proc/net/tcp"},
      {"proc/fd", "proc/fd"},
      {"metrics/openmetrics.txt", "metrics"},
      {"expvar/vars.json", "expvar"},
  };
  for (const auto& [file, name] : kFiles) {
    const std::string bytes = ReadFixture(file);
    Parser parser;
    auto result = parser.Parse(bytes, "download (3)");
    ASSERT_TRUE(result) << file << ": " << result.error().Text();
    if (bytes.starts_with("\x1f\x8b")) continue;  // sniffed only after it is unpacked
    const Format* best = nullptr;
    for (const Format* format : AllFormats()) {
      if (!format->sniff({"download (3)", std::string_view(bytes).substr(0, 4096)})) continue;
      if (best != nullptr && best->priority == format->priority)
        ADD_FAILURE() << file << ": " << best->name << " or " << format->name << "?";
      if (best == nullptr || format->priority > best->priority) best = format;
    }
    ASSERT_NE(best, nullptr) << file;
    EXPECT_EQ(best->name, name) << file;
  }
}

}  // namespace
}  // namespace seep::parse

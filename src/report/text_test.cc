// The terminal report against its goldens, and what must hold at every width.
#include <gtest/gtest.h>

#include "base/text.h"
#include "report/golden_for_test.h"
#include "report/page.h"
#include "report/report.h"
#include "report/test_reports.h"

namespace seep::report {

extern const Reporter reporter_text;

namespace {

Style Plain(int width = 80, int verbosity = 0) {
  Style style;
  style.width = width;
  style.verbosity = verbosity;
  style.version = "0.1";
  return style;
}

std::string Render(const TestReport& t, const Style& style) {
  return reporter_text.write(t.report, t.stacks, style);
}

TEST(TextReport, S0) {
  Style style = Plain();
  style.saved_as = "orders-1711.seep";
  ExpectGolden("s0.txt", Render(S0Report(), style));
  style.width = 60;
  style.next = "seep compare orders-1711.seep http://127.0.0.1:6060";
  ExpectGolden("s0_60.txt", Render(S0Report(), style));
  style.width = 120;
  ExpectGolden("s0_120.txt", Render(S0Report(), style));
}

TEST(TextReport, Verbose) {
  ExpectGolden("s0_verbose.txt", Render(S0Report(), Plain(80, 1)));
}
TEST(TextReport, Sockets) {
  ExpectGolden("sockets.txt", Render(SocketsReport(), Plain()));
}
TEST(TextReport, SocketsVerbose) {
  ExpectGolden("sockets_verbose.txt", Render(SocketsReport(), Plain(80, 1)));
}
TEST(TextReport, Watch) {
  ExpectGolden("watch.txt", Render(WatchReport(), Plain()));
}
TEST(TextReport, SeveralTargets) {
  ExpectGolden("fleet.txt", Render(FleetReport(), Plain()));
}
TEST(TextReport, Quiet) {
  ExpectGolden("fleet_quiet.txt", Render(FleetReport(), Plain(80, -1)));
}
TEST(TextReport, Healthy) {
  ExpectGolden("healthy.txt", Render(HealthyReport(), Plain()));
}
TEST(TextReport, Heap) {
  ExpectGolden("heap_verbose.txt", Render(HeapReport(), Plain(80, 1)));
}
TEST(TextReport, GapsOnly) {
  ExpectGolden("gaps.txt", Render(GapsReport(), Plain()));
}
TEST(TextReport, Hostile) {
  ExpectGolden("hostile.txt", Render(HostileReport(), Plain(80, 1)));
}
TEST(TextReport, LongPaths) {
  ExpectGolden("long_paths.txt", Render(LongPathReport(), Plain()));
}

TEST(TextReport, NothingAtAllSaysSo) {
  const TestReport nothing;
  EXPECT_EQ(Render(nothing, Plain()),
            "seep 0.1 · no target\n\nNothing to judge: there was no evidence of any process.\n");
}

TEST(TextReport, LinesFitAtEveryWidth) {
  for (const int width : {60, 72, 80, 100, 120}) {
    for (const TestReport& t : {S0Report(), WatchReport(), FleetReport(), HealthyReport()}) {
      const std::string text = Render(t, Plain(width, 1));
      for (const std::string_view line : Split(text, '\n')) {
        const bool code = line.find("var client") != std::string_view::npos;  // never wrapped
        const bool link = line.find("http://127") != std::string_view::npos;  // one word
        if (code || link) continue;
        EXPECT_LE(DisplayWidth(line), static_cast<size_t>(width)) << line;
      }
    }
  }
}

TEST(TextReport, CodeIsKeptAsWritten) {
  const std::string text = Render(SocketsReport(), Plain(60));
  EXPECT_NE(text.find("  c, chans, reqs, err := ssh.NewClientConn(conn, addr, config) // this comment is "
                      "longer than the line\n"),
            std::string::npos);
}

TEST(TextReport, FileAndLineAreNeverCut) {
  for (const int width : {40, 60, 80, 120}) {
    const std::string text = Render(LongPathReport(), Plain(width));
    EXPECT_NE(text.find("pool.go:212"), std::string::npos);
    EXPECT_NE(text.find("a_file_name_that_is_by_itself_longer_than_a_terminal_line_and_still_must_not_be_cut_"
                        "anywhere.go:345"),
              std::string::npos);
    EXPECT_NE(text.find("handler.go:9"), std::string::npos);
  }
}

TEST(TextReport, ColourChangesNoWord) {
  Style colour = Plain(80, 1);
  colour.colour = true;
  std::string text = Render(FleetReport(), colour);
  EXPECT_NE(text.find("\x1b[1;31m✗ LEAK, BOUNDED\x1b[0m"), std::string::npos);
  for (size_t at; (at = text.find('\x1b')) != std::string::npos;) text.erase(at, text.find('m', at) - at + 1);
  EXPECT_EQ(text, Render(FleetReport(), Plain(80, 1)));
}

TEST(TextReport, NothingHostileReachesTheTerminal) {
  for (const int verbosity : {-1, 0, 1}) {
    const std::string text = Render(HostileReport(), Plain(80, verbosity));
    EXPECT_EQ(text, Printable(text));
    EXPECT_EQ(text.find('\x1b'), std::string::npos);
    EXPECT_EQ(text.find("\xc2\x9b"), std::string::npos);
    EXPECT_EQ(text.find("\xe2\x80\xae"), std::string::npos);
  }
}

}  // namespace
}  // namespace seep::report

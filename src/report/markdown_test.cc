// Markdown against its goldens; hostile texts stay inside their spans.
#include <gtest/gtest.h>

#include "report/golden_for_test.h"
#include "report/report.h"
#include "report/test_reports.h"

namespace seep::report {

extern const Reporter reporter_markdown;

namespace {

std::string Render(const TestReport& t) {
  Style style;
  style.version = "0.1";
  return reporter_markdown.write(t.report, t.stacks, style);
}

TEST(MarkdownReport, S0) {
  ExpectGolden("s0.md", Render(S0Report()));
}
TEST(MarkdownReport, SeveralTargets) {
  ExpectGolden("fleet.md", Render(FleetReport()));
}
TEST(MarkdownReport, Gaps) {
  ExpectGolden("gaps.md", Render(GapsReport()));
}
TEST(MarkdownReport, Healthy) {
  ExpectGolden("healthy.md", Render(HealthyReport()));
}
TEST(MarkdownReport, Hostile) {
  ExpectGolden("hostile.md", Render(HostileReport()));
}

TEST(MarkdownReport, NoMarkupOfATargetIsLive) {
  TestReport t = WatchReport();
  t.report.findings[0].title = "# <img src=x onerror=1> *bold* [x](javascript:1) | @everyone `code`";
  t.report.findings[0].fix = "Do this:\n\n  ```\n  # out of the fence\n";
  const std::string text = Render(t);
  EXPECT_EQ(text.find("<img"), std::string::npos);
  EXPECT_EQ(text.find("@everyone"), std::string::npos);
  EXPECT_NE(text.find("\\[x\\](javascript:1)"), std::string::npos);
  EXPECT_NE(text.find("````go\n```\n# out of the fence\n````"), std::string::npos);
}

}  // namespace
}  // namespace seep::report

// The page: complete, self-contained, and nothing from a target is markup. How it looks is a matter for eyes.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/html.h"
#include "base/text.h"
#include "report/chart.h"
#include "report/golden_for_test.h"
#include "report/markup.h"
#include "report/report.h"
#include "report/test_reports.h"

namespace seep::report {

extern const Reporter reporter_html;

namespace {

std::string Render(const TestReport& t) {
  Style style;
  style.version = "0.1";
  return reporter_html.write(t.report, t.stacks, style);
}

size_t CountOf(std::string_view text, std::string_view part) {
  size_t n = 0;
  for (size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) ++n;
  return n;
}

std::string Between(const std::string& text, const std::string& begin, const std::string& end) {
  const size_t from = text.find(begin);
  if (from == std::string::npos) return "";
  return text.substr(from + begin.size(), text.find(end, from + begin.size()) - from - begin.size());
}

// The page without its script and style, which are files of their own.
std::string Body(const std::string& page) {
  return Between(page, "<body>\n", "<script>") + "\n";
}

// A line a section keeps goldens readable.
std::string Lines(std::string html) {
  for (const char* tag : {"<section", "<dt>", "<figure", "<h4>", "<table", "<tr>", "<li", "</section>"}) {
    for (size_t at = html.find(tag); at != std::string::npos; at = html.find(tag, at + 2))
      html.insert(at, "\n");
  }
  return html;
}

TEST(HtmlReport, S0) {
  ExpectGolden("s0.html.txt", Lines(Body(Render(S0Report()))));
}
TEST(HtmlReport, Healthy) {
  ExpectGolden("healthy.html.txt", Lines(Body(Render(HealthyReport()))));
}

TEST(HtmlReport, AsksTheNetworkForNothing) {
  for (const TestReport& t : {S0Report(), SocketsReport(), FleetReport(), HealthyReport()}) {
    const std::string page = Render(t);
    for (const char* tag :
         {"<link", "<img", "<iframe", "<object", "<embed", " src=", "@import", "url(", "<base", "<form"}) {
      EXPECT_EQ(CountOf(page, tag), 0u) << tag;
    }
  }
}

TEST(HtmlReport, ThePolicyNamesItsOwnScriptAndStyle) {
  const std::string page = Render(S0Report());
  EXPECT_NE(page.find("default-src 'none'; script-src '" + CspHash(Between(page, "<script>", "</script>")) +
                      "'; style-src '" + CspHash(Between(page, "<style>", "</style>")) + "'"),
            std::string::npos);
  EXPECT_EQ(CountOf(page, " style="), 0u) << "the policy refuses style attributes";
  EXPECT_EQ(CountOf(page, " onclick="), 0u);
}

TEST(HtmlReport, NothingHostileIsMarkup) {
  const std::string page = Render(HostileReport());
  EXPECT_EQ(page, Printable(page));
  EXPECT_EQ(CountOf(page, "</script>"), 2u);
  EXPECT_EQ(CountOf(page, "<script>"), 1u);
  EXPECT_EQ(CountOf(page, "<script>alert"), 0u);
  EXPECT_EQ(CountOf(page, "<b>?"), 0u);
  EXPECT_EQ(CountOf(page, "href=\"javascript"), 0u);
  EXPECT_EQ(CountOf(page, "nan"), CountOf(Render(S0Report()), "nan"));
}

TEST(HtmlReport, FlameDataIsJsonThatCannotEndItsElement) {
  const std::string page = Render(HostileReport());
  const std::string text = Between(page, "id=\"seep-data\">", "</script>");
  EXPECT_EQ(text.find('<'), std::string::npos);
  const auto data = nlohmann::json::parse(text, nullptr, false);
  ASSERT_FALSE(data.is_discarded());
  EXPECT_EQ(data["piles"].size(), 2u);
  EXPECT_EQ(data["piles"]["f1"]["stacks"].size(), 1u) << "a stack of another table is left out";
  EXPECT_NE(data["frames"][0][0].get<std::string>().find("</script>"), std::string::npos);
}

TEST(HtmlReport, EqualInputGivesEqualBytes) {
  EXPECT_EQ(Render(FleetReport()), Render(FleetReport()));
}

TEST(Csp, HashOfKnownBytes) {
  // FIPS 180-4 examples: "abc" and two blocks; then the empty text.
  EXPECT_EQ(CspHash("abc"), "sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
  EXPECT_EQ(CspHash("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "sha256-JI1qYdIGOLjlwCaTDD5gOaM85Flk/yFn9uzt1BnbBsE=");
  EXPECT_EQ(CspHash(""), "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
}

TEST(Chart, TheLineGoesThroughThePoints) {
  const auto fit = FitLine({{0, 10}, {10, 30}, {20, 50}});
  ASSERT_TRUE(fit);
  EXPECT_DOUBLE_EQ(fit->slope, 2);
  EXPECT_DOUBLE_EQ(fit->intercept, 10);
  EXPECT_DOUBLE_EQ(fit->Band(10), 0);
  EXPECT_FALSE(FitLine({{5, 1}, {5, 2}})) << "one moment has no slope";
  EXPECT_FALSE(FitLine({{0, 1}})) << "one point has no line";
}

TEST(Chart, TheBandWidensAwayFromThePoints) {
  const auto fit = FitLine({{0, 10}, {10, 32}, {20, 48}, {30, 70}});
  ASSERT_TRUE(fit && fit->error);
  EXPECT_GT(fit->Band(0), fit->Band(15));
  EXPECT_GT(fit->Band(15), 0);
}

TEST(Chart, TicksAreRoundAndFew) {
  EXPECT_EQ(Ticks(0, 27'838, 4, ""), (std::vector<double>{0, 10'000, 20'000}));
  EXPECT_EQ(Ticks(0, 200.0 * 1048576, 4, "bytes"),
            (std::vector<double>{0, 50.0 * 1048576, 100.0 * 1048576, 150.0 * 1048576, 200.0 * 1048576}));
  EXPECT_EQ(TimeTicks(0, 120, 5), (std::vector<double>{0, 30, 60, 90, 120}));
  for (const double high : {1e-9, 1.0, 1e6, 1e29}) EXPECT_LE(Ticks(0, high, 4, "").size(), 12u);
  EXPECT_TRUE(Ticks(0, std::nan(""), 4, "").empty());
}

TEST(Chart, AgesAreJoinedToFewBars) {
  model::Histogram ages{"minutes", {}};
  for (int i = 0; i < 500; ++i) ages.bins.emplace_back(60.0 * i, 2);
  const std::string chart = AgesChart(ages, std::nullopt);
  EXPECT_LE(CountOf(chart, "class=\"bar\""), 24u);
  EXPECT_TRUE(AgesChart({"none", {{60, 0}}}, std::nullopt).empty());
}

TEST(Chart, TheMemoryBarSumsToTheWhole) {
  const double mib = 1048576;
  const std::string bar = MemoryBar({{"memory: RSS", "bytes", {{0, 50 * mib}, {30, 100 * mib}}},
                                     {"memory: Go heap", "bytes", {{0, 20 * mib}, {30, 30 * mib}}},
                                     {"memory: native", "bytes", {{30, 60 * mib}}},
                                     {"goroutines", "", {{0, 1}}}});
  EXPECT_NE(bar.find("not accounted for: 10 MiB"), std::string::npos) << bar;
  EXPECT_NE(bar.find("Resident memory <b>100 MiB</b>"), std::string::npos);
  EXPECT_TRUE(MemoryBar({{"RSS", "bytes", {{0, 1}}}}).empty());
}

}  // namespace
}  // namespace seep::report

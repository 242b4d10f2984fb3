#include "report/scan.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/schema_for_test.h"
#include "report/golden_for_test.h"

// Designated initializers leave the rest to their defaults on purpose.
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

namespace seep::report {
namespace {

using model::ScanConfidence;
using model::ScanState;

struct Sample {
  model::ScanReview review;
  std::vector<model::ScanRule> rules = {
      {.id = "R101",
       .name = "http-transport-per-call",
       .severity = "critical",
       .title = "a Transport is made for each call and dropped",
       .what = "A Transport is a connection pool. One that is dropped keeps its idle connections.",
       .fix = "Make the Transport once (a package variable, a field set by the constructor) and share it.",
       .findings = {"http-client-per-call"},
       .tags = {"CWE-772"}},
      {.id = "R103",
       .name = "body-never-closed",
       .severity = "critical",
       .title = "the response body is never closed",
       .what = "Until the body is closed, the connection, its socket and two goroutines stay.",
       .fix = "`defer resp.Body.Close()` right after the check of err.",
       .aliases = {"bodyclose"},
       .findings = {"http-body-not-closed"},
       .tags = {"CWE-772", "CWE-404"}},
      {.id = "R151",
       .name = "time-after-in-loop",
       .severity = "medium",
       .title = "time.After in a loop",
       .what = "Each round leaves a timer behind.",
       .fix = "Use one timer."},
  };
  model::StackTable stacks;

  model::ScanFinding& Add(std::string rule, std::string file, uint32_t line, ScanConfidence confidence,
                          std::string message) {
    model::ScanFinding f{.rule = std::move(rule), .confidence = confidence, .severity = "critical"};
    f.where = {.file = std::move(file), .line = line, .column = 14, .end_line = line, .end_column = 40};
    f.function = "orders/price.(*client).look";
    f.message = std::move(message);
    review.report.findings.push_back(std::move(f));
    model::ScanMark& mark = review.marks.emplace_back();
    mark.where = review.report.findings.back().where;
    mark.code = "response, err := c.http.Get(c.url)";
    mark.fingerprint = fmt::format("{:016x}:1", 0xabcdef + line);
    return review.report.findings.back();
  }

  Sample() {
    review.report.folder = "/src/orders";
    review.report.module = "shop.example/orders";
    review.report.go_version = "1.22";
    review.report.files = 240;
    review.report.lines = 61'234;
    review.report.gaps = {{"gen/big.go", "larger than 10 MiB", "--max-file 64MiB"}};
    model::ScanFinding& body = Add("R103", "price/body.go", 21, ScanConfidence::kCertain,
                                   "response.Body is taken here, and this path does not close it");
    body.path = {{"price/body.go", 21, 14, 21, 40, "the body is taken here"},
                 {"price/body.go", 26, 3, 26, 9, "returns here without Close"}};
    body.edits = {{"price/body.go", 400, 400, "\tdefer response.Body.Close()\n"}};
    review.marks.back().path = body.path;
    review.marks.back().edits = {{"price/body.go", 25, 1, 25, 1, ""}};

    Add("R101", "client/client.go", 31, ScanConfidence::kLikely,
        "an http.Transport is made for each call of DefaultClient");
    model::ScanAgreement seen{.finding = "http-client-per-call", .process = "orders (pid 4711)"};
    seen.confidence = model::Confidence::kStrong;
    seen.why = "13,845 live objects were allocated on this line: one for each socket";
    seen.count = 13'845;
    seen.of = 3;
    const model::FrameId frames[] = {
        stacks.AddFrame("net/http.(*persistConn).readLoop", "/usr/local/go/src/net/http/transport.go", 2325),
        stacks.AddFrame("orders/client.Default", "/src/orders/client/client.go", 31)};
    seen.stack = stacks.AddStack(frames);
    review.marks.back().seen.push_back(seen);
    review.marks.back().suppression = {"nolint", "bodyclose", "the pool is small", "client/client.go", 30};

    Add("R151", "tick/tick.go", 5, ScanConfidence::kPossible,
        "time.After in a loop: 100% \"new\", each\nround");
    review.report.findings.back().severity = "medium";
    Add("R103", "old/old.go", 7, ScanConfidence::kCertain, "known");
    review.marks.back().state = ScanState::kKnown;
    Add("R103", "set/aside.go", 9, ScanConfidence::kCertain, "set aside");
    review.marks.back().state = ScanState::kSuppressed;
    review.marks.back().suppression = {"seep:ignore", "R103", "closed by \"x\"", "set/aside.go", 8};
    Add("R103", "weak/weak.go", 9, ScanConfidence::kPossible, "weak");
    review.marks.back().state = ScanState::kWeak;
    review.unused = {{"seep:ignore", "R120", "", "x/x.go", 3}};
  }
  Scanned scanned() const { return {review, rules, stacks, "svc/"}; }
};

TEST(Scan, TheTextNamesTheLineThePathAndTheFix) {
  const Sample sample;
  ExpectGolden("scan.txt", ScanText(sample.scanned(), PlainStyle()));
}

TEST(Scan, AtLengthItStaysWithinEightyColumns) {
  const Sample sample;
  Style style = PlainStyle();
  style.verbosity = 1;
  ExpectGolden("scan_verbose.txt", ScanText(sample.scanned(), style));
}

TEST(Scan, QuietIsALineAFinding) {
  const Sample sample;
  Style style = PlainStyle();
  style.verbosity = -1;
  EXPECT_EQ(ScanText(sample.scanned(), style),
            "svc/client/client.go:31:14: an http.Transport is made for each call of DefaultClient (R101)\n"
            "svc/price/body.go:21:14: response.Body is taken here, and this path does not close it (R103)\n"
            "svc/tick/tick.go:5:14: possible: time.After in a loop: 100% \"new\", each round (R151)\n");
}

TEST(Scan, NothingFoundSaysWhatWasRead) {
  Sample sample;
  sample.review = {};
  sample.review.report.files = 1;
  sample.review.report.lines = 10;
  sample.review.report.module = "x";
  EXPECT_EQ(ScanText(sample.scanned(), PlainStyle()), "No finding · 1 file, 10 lines of x\n");
}

TEST(Scan, TheJsonIsWhatItsSchemaSays) {
  const Sample sample;
  const auto schema = nlohmann::json::parse(ReadSource("docs/scan.schema.json"), nullptr, false);
  ASSERT_FALSE(schema.is_discarded());
  const auto json = nlohmann::json::parse(ScanJson(sample.scanned(), PlainStyle()), nullptr, false);
  EXPECT_EQ(SchemaErrors(schema, json), std::vector<std::string>{});
  ASSERT_EQ(json["findings"].size(), 5u);
  EXPECT_EQ(json["findings"][0]["seen"][0]["stack"][1]["line"], 31);
  EXPECT_EQ(json["findings"][3]["state"], "known");
  EXPECT_EQ(json["hidden"]["weak"], 1);
}

TEST(Scan, SarifIsWhatTheStandardAndGitHubTake) {
  const Sample sample;
  const auto schema = nlohmann::json::parse(ReadSource("tests/report/sarif.schema.json"), nullptr, false);
  ASSERT_FALSE(schema.is_discarded());
  const auto json = nlohmann::json::parse(ScanSarif(sample.scanned(), PlainStyle()), nullptr, false);
  ASSERT_FALSE(json.is_discarded());
  EXPECT_EQ(SchemaErrors(schema, json), std::vector<std::string>{});
  const auto& results = json["runs"][0]["results"];
  ASSERT_EQ(results.size(), 5u);
  EXPECT_EQ(results[0]["codeFlows"][0]["threadFlows"][0]["locations"].size(), 2u);
  EXPECT_EQ(results[0]["relatedLocations"][0]["physicalLocation"]["region"]["startLine"], 26);
  EXPECT_EQ(results[0]["fixes"][0]["artifactChanges"][0]["replacements"][0]["deletedRegion"]["startLine"],
            25);
  EXPECT_EQ(results[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "svc/price/body.go");
  // A comment that a process contradicts hides nothing.
  EXPECT_FALSE(results[1].contains("suppressions"));
  EXPECT_EQ(results[1]["stacks"][0]["frames"].size(), 2u);
  EXPECT_EQ(results[1]["level"], "error");
  EXPECT_EQ(results[2]["level"], "note");
  EXPECT_EQ(results[3]["suppressions"][0]["kind"], "external");
  EXPECT_EQ(results[4]["suppressions"][0]["kind"], "inSource");
  EXPECT_EQ(json["runs"][0]["tool"]["driver"]["rules"][1]["properties"]["tags"][2], "external/cwe/cwe-772");
}

TEST(Scan, SarifKeepsTheLimitOfResults) {
  Sample sample;
  for (uint32_t i = 0; i < 25'100; ++i) sample.Add("R151", "many.go", i + 1, ScanConfidence::kLikely, "m");
  const auto json = nlohmann::json::parse(ScanSarif(sample.scanned(), PlainStyle()), nullptr, false);
  EXPECT_EQ(json["runs"][0]["results"].size(), 25'000u);
  EXPECT_EQ(json["runs"][0]["invocations"][0]["toolExecutionNotifications"].size(), 2u);
  EXPECT_EQ(json["runs"][0]["results"][1]["ruleId"], "R101");  // the weightiest stay
}

TEST(Scan, PathsOfAnyBytesAreUris) {
  Sample sample;
  sample.review.report.findings[0].where.file = "a b/ä?#.go";
  sample.review.marks[0].where.file = "a b/ä?#.go";
  const auto json = nlohmann::json::parse(ScanSarif(sample.scanned(), PlainStyle()), nullptr, false);
  EXPECT_EQ(json["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
            "svc/a%20b/%C3%A4%3F%23.go");
}

TEST(Scan, AnnotationsAreEscapedAndTenALevel) {
  Sample sample;
  for (uint32_t i = 0; i < 12; ++i) sample.Add("R103", "many,a:b.go", i + 1, ScanConfidence::kCertain, "m");
  const std::string text = ScanAnnotations(sample.scanned(), PlainStyle());
  EXPECT_NE(text.find("::error file=svc/client/client.go,line=31,endLine=31,col=14,endColumn=40,"
                      "title=R101 http-transport-per-call::an http.Transport is made"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("::notice file=svc/tick/tick.go,line=5,"), std::string::npos) << text;
  EXPECT_NE(text.find("100%25 \"new\", each round%0Afix: "), std::string::npos) << text;
  EXPECT_NE(text.find("file=svc/many%2Ca%3Ab.go"), std::string::npos) << text;
  size_t errors = 0;
  for (size_t at = text.find("::error"); at != std::string::npos; at = text.find("::error", at + 1)) ++errors;
  EXPECT_EQ(errors, 10u);
  // The rest is plain text: the runner shows no more, the log does.
  EXPECT_NE(text.find("\nsvc/many,a:b.go:12:14: m (R103)\n"), std::string::npos) << text;
}

TEST(Scan, TheSummaryIsATableThatSourceCannotBreak) {
  Sample sample;
  sample.review.report.findings[0].message = "a | b <script> `x`";
  const std::string text = ScanMarkdown(sample.scanned(), PlainStyle());
  EXPECT_NE(
      text.find("| error | R103 body-never-closed | svc/price/body.go:21 | a \\| b \\<script\\> \\`x\\` |"),
      std::string::npos)
      << text;
}

TEST(Scan, HostileNamesMoveNothing) {
  Sample sample;
  sample.review.report.findings[0].where.file = "a\x1b[2J\nb.go";
  sample.review.report.findings[0].message = "x\x1b]0;evil\x07\ny \xff";
  for (const std::string& text :
       {ScanText(sample.scanned(), PlainStyle()), ScanJson(sample.scanned(), PlainStyle()),
        ScanSarif(sample.scanned(), PlainStyle()), ScanAnnotations(sample.scanned(), PlainStyle())}) {
    EXPECT_EQ(text.find('\x1b'), std::string::npos);
    EXPECT_EQ(text.find('\xff'), std::string::npos);
  }
}

}  // namespace
}  // namespace seep::report

// `seep compare` and `seep explain` against their goldens.
#include "report/compare.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/schema_for_test.h"
#include "report/explain.h"
#include "report/golden_for_test.h"
#include "report/test_reports.h"

namespace seep::report {
namespace {

Style Plain(int width = 80, int verbosity = 0) {
  Style style;
  style.width = width;
  style.verbosity = verbosity;
  style.version = "0.1";
  return style;
}

model::Comparison Fixed() {
  model::Comparison c;
  c.before = OrdersTarget();
  c.after = HealthyReport().report.targets[0];
  c.outcome = model::Outcome::kFixed;
  c.reason = "http-client-per-call is gone at the same traffic, and nothing new came.";
  model::FindingChange gone;
  gone.id = "http-client-per-call";
  gone.title = "A new HTTP client is built for every call";
  gone.where = model::Location{model::Role::kCulprit, "httpwithmetric.DefaultHttpClientWithMetric",
                               "httpwithmetric/client.go", 31, ""};
  gone.before = {model::Verdict::kBounded, model::Confidence::kStrong, {}};
  gone.before->impact.goroutines = 27'690;
  gone.before->impact.sockets = 13'845;
  gone.outcome = model::Outcome::kFixed;
  gone.reason = "231 calls/s before, 228 calls/s after: a client per call would hold 27,360 goroutines.";
  c.changes = {gone};
  return c;
}

model::Comparison Mixed() {
  model::Comparison c = Fixed();
  c.outcome = model::Outcome::kWorse;
  c.reason = "One finding is new.";
  c.after.looked.rss_bytes.reset();
  model::FindingChange fresh;
  fresh.id = "goroutine-growth";
  fresh.title = "Goroutines of one stack grow";
  fresh.after = {model::Verdict::kLeak, model::Confidence::kLikely, {}};
  fresh.after->impact.goroutines = 312;
  fresh.after->impact.per_hour = {{"goroutines", 1440}};
  fresh.outcome = model::Outcome::kWorse;
  model::FindingChange unknown;
  unknown.id = "tcp-half-open";
  unknown.title = "Connections whose peer is gone";
  unknown.before = {model::Verdict::kFault, model::Confidence::kProved, {}};
  unknown.reason = "the sockets were not seen afterwards";
  c.changes.push_back(unknown);
  c.changes.push_back(fresh);
  c.gaps = {{"sockets after", "no pid given", "seep capture --pid 4711 -o after.seep"}};
  return c;
}

TEST(Compare, Fixed) {
  ExpectGolden("compare_fixed.txt", CompareText(Fixed(), Plain()));
}
TEST(Compare, Mixed) {
  ExpectGolden("compare_mixed.txt", CompareText(Mixed(), Plain()));
}
TEST(Compare, Json) {
  ExpectGolden("compare_mixed.json", CompareJson(Mixed(), Plain()));
}
TEST(Compare, Quiet) {
  EXPECT_EQ(CompareText(Mixed(), Plain(80, -1)), "✗ WORSE   One finding is new.\n");
}
TEST(Compare, JsonFollowsTheSchema) {
  const auto schema = nlohmann::json::parse(ReadSource("docs/compare.schema.json"), nullptr, false);
  for (const model::Comparison& c : {Fixed(), Mixed(), model::Comparison{}}) {
    EXPECT_EQ(SchemaErrors(schema, nlohmann::json::parse(CompareJson(c, Plain()))),
              std::vector<std::string>{});
  }
}

model::FindingText PerCallText() {
  model::FindingText t;
  t.id = "http-client-per-call";
  t.title = "A new HTTP client is built for every call";
  t.severity = "high";
  t.what =
      "An http.Transport is a pool of connections. Built per call, each one keeps its connection and two "
      "goroutines until "
      "the idle timeout ends them.";
  t.decided =
      "As many live http.Transport as idle connections, and the law N = 2 x rate x idle timeout holds within "
      "20 %. "
      "Silent when the transports are few and the connections many: that is one busy pool.";
  t.cause = "Each call makes its own {object}; {count} are alive, held by {bound}.";
  t.fix =
      "Build one http.Client at start-up and share it:\n\n  var client = &http.Client{Timeout: 5 * "
      "time.Second}\n";
  t.verify = "seep compare before.seep http://127.0.0.1:6060";
  t.lift = "A heap profile names the line.";
  t.see = {"http-body-not-closed", "https://pkg.go.dev/net/http#Transport"};
  return t;
}

TEST(Explain, OneFinding) {
  ExpectGolden("explain.txt", Explain(PerCallText(), Plain()));
}
TEST(Explain, TheList) {
  model::FindingText other;
  other.id = "chan-send-abandoned";
  other.title =
      "Goroutines wait to send a {object} that nobody will ever take from the channel again, whatever "
      "happens";
  const model::FindingText texts[] = {PerCallText(), other};
  ExpectGolden("explain_list.txt", ExplainList(texts, Plain()));
}
TEST(Explain, EveryPlaceholderHasAWord) {
  for (const std::string_view name : model::kPlaceholderNames) {
    model::FindingText t = PerCallText();
    t.cause = "{" + std::string(name) + "}";
    EXPECT_EQ(Explain(t, Plain()).find('{' + std::string(name)), std::string::npos) << name;
  }
}

}  // namespace
}  // namespace seep::report

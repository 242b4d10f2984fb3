// --json against its golden and against docs/report.schema.json.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/schema_for_test.h"
#include "report/golden_for_test.h"
#include "report/report.h"
#include "report/test_reports.h"

namespace seep::report {

extern const Reporter reporter_json;

namespace {

std::string Render(const TestReport& t) {
  Style style;
  style.version = "0.1";
  return reporter_json.write(t.report, t.stacks, style);
}

nlohmann::json Schema() {
  return nlohmann::json::parse(ReadSource("docs/report.schema.json"), nullptr, false);
}

std::vector<TestReport> Everything() {
  std::vector<TestReport> all;
  all.push_back(S0Report());
  all.push_back(SocketsReport());
  all.push_back(WatchReport());
  all.push_back(FleetReport());
  all.push_back(HealthyReport());
  all.push_back(HeapReport());
  all.push_back(GapsReport());
  all.push_back(HostileReport());
  for (model::Finding& f : all.back().report.findings) f.id = "goroutine-growth";  // ids are seep's own
  all.push_back(LongPathReport());
  all.emplace_back();
  return all;
}

TEST(JsonReport, S0) {
  ExpectGolden("s0.json", Render(S0Report()));
}
TEST(JsonReport, Gaps) {
  ExpectGolden("gaps.json", Render(GapsReport()));
}

TEST(JsonReport, FollowsTheSchema) {
  const nlohmann::json schema = Schema();
  for (const TestReport& t : Everything()) {
    const std::string text = Render(t);
    const nlohmann::json value = nlohmann::json::parse(text, nullptr, false);
    ASSERT_FALSE(value.is_discarded()) << text;
    EXPECT_EQ(SchemaErrors(schema, value), std::vector<std::string>{});
  }
}

TEST(JsonReport, TheSchemaCatchesErrors) {
  const nlohmann::json schema = Schema();
  const nlohmann::json good = nlohmann::json::parse(Render(S0Report()));
  const auto broken = [&](const char* pointer, nlohmann::json value) {
    nlohmann::json copy = good;
    copy[nlohmann::json::json_pointer(pointer)] = std::move(value);
    return !SchemaErrors(schema, copy).empty();
  };
  EXPECT_TRUE(broken("/schema", "seep.report/2"));
  EXPECT_TRUE(broken("/findings/0/verdict", "LEAK"));
  EXPECT_TRUE(broken("/findings/0/confidence", "80 %"));
  EXPECT_TRUE(broken("/findings/0/id", "Not Kebab"));
  EXPECT_TRUE(broken("/findings/0/impact/goroutines", -1));
  EXPECT_TRUE(broken("/findings/0/impact/gorutines", 1));
  EXPECT_TRUE(broken("/findings/0/where/0/line", "31"));
  EXPECT_TRUE(broken("/findings/0/curves/0/points/0", nlohmann::json::array({1})));
  EXPECT_TRUE(broken("/targets/0/started", "yesterday"));
  EXPECT_TRUE(broken("/targets/0/pid", nullptr));
  EXPECT_TRUE(broken("/gaps/0", "text"));
  nlohmann::json without = good;
  without["findings"][0].erase("cause");
  EXPECT_FALSE(SchemaErrors(schema, without).empty());
}

TEST(JsonReport, EqualInputGivesEqualBytes) {
  for (int i = 0; i < 3; ++i) EXPECT_EQ(Render(FleetReport()), Render(FleetReport()));
}

}  // namespace
}  // namespace seep::report

#include "report/native.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/schema_for_test.h"
#include "report/golden_for_test.h"

namespace seep::report {
namespace {

model::NativeReport Sample() {
  model::NativeReport report;
  report.pid = 4711;
  report.program = "./service";
  report.rate = 512 << 10;
  report.samples = 1591;
  report.live_samples = 207;
  report.live = {1'200'000, 126e6};
  report.mapped = {1, 4 << 20};
  report.allocated = {9'000'000, 804e6};
  model::NativeSite leak;
  leak.live = {1'200'000, 126e6};
  leak.allocated = {1'200'000, 126e6};
  leak.live_samples = 207;
  leak.go = {{"main.readDocument", "/src/main.go", 33, true},
             {"main.(*Handler).ParseOrder", "/src/main.go", 42, true}};
  leak.c = {{"xmlDictCreate", "", 0, false}, {"xmlReadMemory", "", 0, false}};
  leak.c_share = 0.25;
  model::NativeSite innocent;
  innocent.allocated = {8'000'000, 678e6};
  innocent.go = {{"main.healthCheck", "/src/main.go", 58, true}};
  report.sites = {leak, innocent};
  return report;
}

bool Has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST(Native, TheTextNamesTheGoLineAndWhatIsKept) {
  Style style;
  style.width = 110;
  const std::string text = NativeText(Sample(), style, 0);
  EXPECT_TRUE(Has(text, "./service · pid 4711")) << text;
  EXPECT_TRUE(Has(text, "120 MiB live · 1,200,000 blocks · 120 MiB allocated, 100 % of it kept · ±7 %"))
      << text;
  EXPECT_TRUE(Has(text, "main.readDocument /src/main.go:33")) << text;
  EXPECT_TRUE(Has(text, "in C, 25 % by: xmlDictCreate ← xmlReadMemory")) << text;
  EXPECT_TRUE(Has(text, "0 B live · 0 blocks · 647 MiB allocated, 0 % of it kept")) << text;
  EXPECT_TRUE(Has(NativeText(Sample(), style, 1), "and 1 site (--top 0 shows all)"));
}

TEST(Native, TheJsonIsWhatItsSchemaSays) {
  const auto schema = nlohmann::json::parse(ReadSource("docs/native.schema.json"), nullptr, false);
  ASSERT_FALSE(schema.is_discarded());
  const auto json = nlohmann::json::parse(NativeJson(Sample(), Style{}), nullptr, false);
  EXPECT_EQ(SchemaErrors(schema, json), std::vector<std::string>{});
  EXPECT_EQ(json["sites"][0]["go"][1]["function"], "main.(*Handler).ParseOrder");
}

}  // namespace
}  // namespace seep::report

// -json of every report against docs/pprof.schema.json.
#include "pprof/json.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/schema_for_test.h"
#include "pprof/report.h"
#include "profile/profile_for_test.h"

namespace seep::pprof {
namespace {

profile::Profile Labelled() {
  profile::Profile p = profile::MakeProfile(
      {{"main;work;grow", {1, 100}}, {"main;work", {2, 50}}, {"main;\"odd\"\\\xff", {1, 5}}});
  const profile::Label labels[] = {{p.strings.Intern("zone"), p.strings.Intern("a"), 0, {}},
                                   {p.strings.Intern(kMomentLabel), p.strings.Intern("0"), 0, {}},
                                   {p.strings.Intern("bytes"), {}, 64, p.strings.Intern("bytes")}};
  p.samples.labels[0] = p.label_sets.Intern(labels);
  const profile::Label later[] = {{p.strings.Intern(kMomentLabel), p.strings.Intern("1"), 0, {}}};
  p.samples.labels[1] = p.label_sets.Intern(later);
  p.comments = {p.strings.Intern("remark")};
  p.time_nanos = 1;
  return p;
}

nlohmann::json Rendered(const Report& report) {
  Query query{.report = std::string(report.name), .json = true};
  if (report.takes_symbol) query.symbol = ".";
  if (report.over_time != Report::OverTime::kNo) query.moments = {1, 2'000'000'000};
  const auto text = RenderText(Labelled(), query, {});
  EXPECT_TRUE(text) << report.name << ": " << text.error().what;
  auto json = nlohmann::json::parse(text ? *text : "", nullptr, false);
  EXPECT_FALSE(json.is_discarded()) << report.name << ": " << *text;
  return json;
}

nlohmann::json Schema() {
  std::ifstream file(std::string(SEEP_SOURCE_DIR) + "/docs/pprof.schema.json");
  return nlohmann::json::parse(file, nullptr, false);
}

TEST(Json, EveryReportFollowsTheSchema) {
  const nlohmann::json schema = Schema();
  ASSERT_TRUE(schema.is_object());
  size_t with_json = 0;
  for (const Report* report : AllReports()) {
    if (report->json == nullptr) continue;
    ++with_json;
    const nlohmann::json json = Rendered(*report);
    SchemaChecker checker(schema);
    checker.Check(schema, json, "");
    for (const std::string& error : checker.errors) ADD_FAILURE() << report->name << " " << error;
    EXPECT_EQ(json.value("report", ""), report->name);
  }
  EXPECT_GE(with_json, 11u);
}

TEST(Json, WhatIsBinaryIsRefused) {
  const auto text = RenderText(Labelled(), {.report = "proto", .json = true}, {});
  ASSERT_FALSE(text);
  EXPECT_NE(text.error().what.find("-raw -json"), std::string::npos);
}

TEST(Json, RowsOfTopAreItsLines) {
  const auto reports = AllReports();
  const auto top = std::ranges::find(reports, "top", [](const Report* r) { return r->name; });
  const nlohmann::json json = Rendered(**top);
  ASSERT_EQ(json["rows"].size(), 4u);
  EXPECT_EQ(json["rows"][0]["name"], "grow");
  EXPECT_EQ(json["rows"][0]["flat"], 100);
  EXPECT_EQ(json["rows"][1]["cum"], 150);
  EXPECT_EQ(json["profile"]["total"], 155);
}

TEST(Json, TracesKeepLabelsAndOrder) {
  const auto reports = AllReports();
  const auto traces = std::ranges::find(reports, "traces", [](const Report* r) { return r->name; });
  const nlohmann::json row = Rendered(**traces)["rows"][0];
  EXPECT_EQ(row["stack"], nlohmann::json::parse(R"(["grow", "work", "main"])"));
  EXPECT_EQ(row["labels"]["zone"], nlohmann::json::parse(R"(["a"])"));
  EXPECT_EQ(row["labels"]["bytes"], nlohmann::json::parse("[64]"));
}

TEST(Json, AnyBytesBecomeValidText) {
  std::string out;
  AppendQuoted(out, "a\"b\\c\n\t\x01\xff");
  const auto json = nlohmann::json::parse(out, nullptr, false);
  ASSERT_TRUE(json.is_string());
  EXPECT_EQ(json.get<std::string>(), "a\"b\\c\n\t?\xEF\xBF\xBD");
}

}  // namespace
}  // namespace seep::pprof

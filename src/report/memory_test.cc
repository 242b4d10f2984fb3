// `seep memory` against its goldens and its schema.
#include "report/memory.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/schema_for_test.h"
#include "base/text.h"
#include "report/golden_for_test.h"

namespace seep::report {
namespace {

using model::MemoryAccount;
using model::MemoryPart;

// A service whose C heap leaks: 1.2 million chunks, 12 MiB more of them after a minute.
MemoryAccount Account(uint64_t chunks, const char* at) {
  MemoryAccount a;
  a.at = ParseTime(at);
  a.of(MemoryPart::kGoObjects) = 9 << 20;
  a.of(MemoryPart::kGoIdle) = 3 << 20;
  a.of(MemoryPart::kGoStacks) = 640 << 10;
  a.of(MemoryPart::kCInUse) = chunks * 128;
  a.of(MemoryPart::kThreadStacks) = 112 << 10;
  a.of(MemoryPart::kFiles) = 11 << 20;
  a.of(MemoryPart::kOther) = 8 << 20;
  for (const uint64_t part : a.parts) a.sum += part;
  a.rss = a.sum;
  a.virtual_size = uint64_t{50} << 30;
  a.threads = 12;
  a.allocator = "glibc 2.36";
  a.walked = true;
  a.arenas = 9;
  a.chunks = chunks;
  a.c_in_use = chunks * 128;
  a.sizes = {{128, chunks}};
  a.files = {{"/srv/\x1b[31morders", 9 << 20}};
  a.cgroup_current = uint64_t{300} << 20;
  a.cgroup_limit = uint64_t{1} << 30;
  a.cgroup_files = uint64_t{40} << 20;
  return a;
}

model::MemoryReport Report() {
  model::MemoryReport report;
  report.process.name = "orders";
  report.process.pid = 4711;
  report.process.go_version = "go1.26.8";
  report.moments = {Account(1'234'567, "2026-11-21T18:30:05Z")};
  report.gaps = {{"the C heap of 1 arena", "it changed under the look", "look again"}};
  return report;
}

model::MemoryReport Grown() {
  model::MemoryReport report = Report();
  report.moments.push_back(Account(1'332'871, "2026-11-21T18:31:05Z"));
  return report;
}

void ExpectNarrow(const std::string& text) {
  for (const std::string_view line : Split(text, '\n')) EXPECT_LE(DisplayWidth(line), 80u) << line;
}

TEST(Memory, Text) {
  const std::string text = MemoryText({Report()}, PlainStyle());
  ExpectNarrow(text);
  ExpectGolden("memory.txt", text);
}

TEST(Memory, WhatGrew) {
  const std::string text = MemoryText({Grown()}, PlainStyle());
  ExpectNarrow(text);
  ExpectGolden("memory_grew.txt", text);
}

TEST(Memory, TwoSideBySide) {
  model::MemoryReport other = Grown();
  other.process.name = "orders-on-the-second-machine";
  other.moments.erase(other.moments.begin());
  const std::string text = MemoryText({Report(), other}, PlainStyle());
  ExpectNarrow(text);
  ExpectGolden("memory_two.txt", text);
}

TEST(Memory, TwoOfOneNameAreToldApartByTheirPid) {
  model::MemoryReport other = Report();
  other.process.pid = 4712;
  const std::string text = MemoryText({Report(), other}, PlainStyle());
  EXPECT_NE(text.find("     pid 4711       pid 4712           more\n"), std::string::npos) << text;
}

TEST(Memory, JsonKeepsItsSchema) {
  const auto schema = nlohmann::json::parse(ReadSource("docs/memory.schema.json"), nullptr, false);
  const std::string json = MemoryJson({Grown()}, PlainStyle());
  EXPECT_EQ(SchemaErrors(schema, nlohmann::json::parse(json)), std::vector<std::string>{}) << json;
}

}  // namespace
}  // namespace seep::report

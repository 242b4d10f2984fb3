#include <gtest/gtest.h>

#include <cmath>

#include "parse/fixtures.h"
#include "parse/metrics/exposition.h"

namespace seep::parse {
namespace {

std::optional<double> Value(const Parser& parser, const model::Snapshot& s, std::string_view name,
                            std::string_view labels = {}) {
  for (const model::MetricSample& sample : s.metrics->samples)
    if (parser.stacks.text(sample.name) == name && parser.stacks.text(sample.labels) == labels)
      return sample.value;
  return std::nullopt;
}

TEST(Metrics, RealPagesOfBothFormats) {
  for (const char* file : {"prometheus.txt", "openmetrics.txt"}) {
    SCOPED_TRACE(file);
    Parser parser;
    const model::Snapshot s = parser.One(ReadFixture(std::string("metrics/") + file));
    ASSERT_TRUE(s.metrics);
    EXPECT_TRUE(s.gaps.empty());
    EXPECT_EQ(Value(parser, s, "http_requests_total", "code=200\npath=/a\"b\\c"), 1027);
    EXPECT_EQ(Value(parser, s, "order_seconds_count"), 1);
    EXPECT_TRUE(Value(parser, s, "process_open_fds"));
    EXPECT_EQ(s.process.go_version, "go1.26.8");
    EXPECT_EQ(s.limits->open_files, 20000u);
    ASSERT_TRUE(s.mem_stats);
    EXPECT_GT(*s.mem_stats->sys, 7'000'000u);
    EXPECT_FALSE(s.mem_stats->gc_limit);    // 2^63-1 is no limit
    EXPECT_FALSE(s.mem_stats->last_gc_ns);  // none yet
    EXPECT_GT(*s.status->vm_rss, 9'000'000u);
    ASSERT_TRUE(s.process.started);
    EXPECT_EQ(FormatTime(*s.process.started).substr(0, 10), "2026-11-21");
    EXPECT_EQ(s.sources.at(0).kind, "metrics");
  }
}

TEST(Metrics, MemStatsFieldByField) {
  Parser parser;
  const model::Snapshot s = parser.One(ReadFixture("metrics/prometheus.txt"));
  const model::MemStats& m = *s.mem_stats;
  EXPECT_EQ(m.alloc, 232400u);
  EXPECT_EQ(m.heap_released, 2695168u);
  EXPECT_EQ(m.heap_objects, 928u);
  EXPECT_EQ(m.stack_sys, 327680u);
  EXPECT_EQ(m.mspan_sys, 32640u);
  EXPECT_EQ(m.gc_sys, 1455888u);
  EXPECT_EQ(m.num_gc, 0u);
}

TEST(Metrics, LimitAndLastCollection) {
  Parser parser;
  const model::Snapshot s = parser.One(
      "# TYPE go_gc_gomemlimit_bytes gauge\ngo_gc_gomemlimit_bytes 5.36870912e+08\n"
      "go_memstats_last_gc_time_seconds 1.7952877332061281e+09\n");
  EXPECT_EQ(s.mem_stats->gc_limit, 536870912u);
  EXPECT_EQ(*s.mem_stats->last_gc_ns / 1'000'000, 1795287733206);
}

TEST(Metrics, WithoutCommentsThreeSamplesAreEnough) {
  Parser parser;
  EXPECT_EQ(parser.One("a 1\nb{x=\"y\"} 2\nc 3\n").metrics->samples.size(), 3u);
  EXPECT_NE(parser.ErrorOf("hello 1\n"), "(no error)");
  EXPECT_EQ(parser.One("go_goroutines 42\n", "metrics").metrics->samples.size(), 1u);
}

TEST(Metrics, ACutNumberIsNotBelieved) {
  Parser parser;
  const model::Snapshot s = parser.One("# TYPE a gauge\na 1\nprocess_max_fds 2000");
  EXPECT_EQ(s.metrics->samples.size(), 1u);
  EXPECT_FALSE(s.limits);
  ASSERT_EQ(s.gaps.size(), 1u);
  EXPECT_NE(s.gaps[0].why.find("ends within a line"), std::string::npos);
}

TEST(Metrics, OddLinesBecomeAGap) {
  Parser parser;
  const model::Snapshot s = parser.One("# TYPE a gauge\na 1\nbroken{x=\"1} 3\n\nb 2\n");
  EXPECT_EQ(s.metrics->samples.size(), 2u);
  ASSERT_EQ(s.gaps.size(), 1u);
  EXPECT_EQ(s.gaps[0].why, "1 line could not be read, such as: broken{x=\"1} 3");
}

TEST(Exposition, Lines) {
  ExpositionLine line;
  ASSERT_TRUE(ReadExpositionLine("x{a=\"1\\n2\\\"\\\\\",} NaN 1795287733000", line));
  EXPECT_EQ(line.name, "x");
  EXPECT_EQ(line.Label("a"), "1\n2\"\\");
  EXPECT_TRUE(std::isnan(line.value));
  ASSERT_TRUE(ReadExpositionLine("x:y_z +Inf", line));
  EXPECT_TRUE(std::isinf(line.value));
  ASSERT_TRUE(ReadExpositionLine("x { a = \"b\" , c=\"d\" } 1e3 # {t=\"u\"} 1", line));
  EXPECT_EQ(line.value, 1000);
  EXPECT_EQ(line.labels.size(), 2u);
  for (const char* bad :
       {"", "# x 1", "1x 2", "x", "x{", "x{a} 1", "x{a=\"b\"", "x{a=\"b\"} ", "x 0x10", "x y", "x1.5"})
    EXPECT_FALSE(ReadExpositionLine(bad, line)) << bad;
}

}  // namespace
}  // namespace seep::parse

// How every line of the user's code moves over many profiles: a line fitted through its values, with the
// interval that holds its slope with 95 %.
//
//   Type: inuse_space
//   5 profiles, 2026-11-25 12:00:00 UTC to 2026-11-25 14:00:00 UTC, 2 h
//      per hour      +/-95%      first       last  trend    sure      line
//       +41MB/h      1.20MB       20MB      102MB  growing  strong    main.(*Sessions).Add  sessions.go:33
//
// "sure" is how much a rise may be believed: likely, the interval is above 0; strong, it is so by twice its
// width, there are five profiles or more and the value rises in every part of the window. Of many lines that
// only wander one in forty is above 0 by chance, which is said.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/text.h"
#include "base/trend.h"
#include "pprof/go_text.h"
#include "pprof/json.h"
#include "pprof/layout.h"
#include "pprof/sites.h"

namespace seep::pprof {
extern const Report report_trend;

namespace {

constexpr size_t kStrongPoints = 5;

struct Row {
  const Site* site = nullptr;
  double slope = 0;   // a second, or a profile
  double margin = 0;  // of the slope: half the 95 % interval
  Trend trend = Trend::kUnknown;
  std::string_view sure() const {
    return site->values.size() >= kStrongPoints && trend == Trend::kGrowing && slope > 2 * margin ? "strong"
                                                                                                  : "likely";
  }
};

// Points scatter about the line by what the program does and by what sampling does. With few points the
// scatter seen may be small by chance; never is less assumed than sampling must make.
double Margin(const Slope& slope, const Site& site, const std::vector<double>& t) {
  const auto n = static_cast<double>(t.size());
  double mean = 0;
  for (double x : t) mean += x / n;
  double spread = 0, sampling = 0;
  for (size_t i = 0; i < t.size(); ++i) {
    spread += (t[i] - mean) * (t[i] - mean);
    sampling += (t[i] - mean) * (t[i] - mean) * site.variances[i];
  }
  const double from_sampling = spread > 0 ? 1.96 * std::sqrt(sampling) / spread : 0;
  const double from_scatter = t.size() > 2 ? Student95(t.size() - 2) * slope.error : 0;
  return std::max(from_sampling, from_scatter);
}

struct Trends {
  Sites sites;
  std::vector<Row> rows;  // above the interval, the steepest first
  size_t others = 0;
};

Result<Trends> Measure(const Prepared& prepared) {
  Trends out;
  SEEP_TRY(out.sites, GatherSites(prepared));
  const std::vector<double>& t = out.sites.seconds;
  for (const Site& site : out.sites.sites) {
    const Slope slope = FitSlope(t, site.values);
    Row row{&site, slope.per_second, Margin(slope, site, t)};
    const double noise = 2 * std::sqrt(std::ranges::max(site.variances));
    row.trend = TrendOf(t, site.values, noise);
    if (row.slope > row.margin && row.slope > 0)
      out.rows.push_back(row);
    else
      ++out.others;
  }
  std::ranges::stable_sort(out.rows, std::ranges::greater{}, &Row::slope);
  return out;
}

void PrintRow(const Prepared& prepared, const Row& row, bool timed, std::string& text) {
  PadLeft(text, RateText(prepared, row.slope, timed), 12);
  text += ' ';
  PadLeft(text, ValueText(prepared, row.margin * (timed ? 3600 : 1)), 10);
  text += ' ';
  PadLeft(text, ValueText(prepared, row.site->values.front()), 10);
  text += ' ';
  PadLeft(text, ValueText(prepared, row.site->values.back()), 10);
  text += fmt::format("  {:<8} {:<7} ", TrendName(row.trend), row.sure());
  text += SiteName(prepared, *row.site) + "\n";
}

// Half of 5 % lie above the interval.
std::string ByChance(size_t lines) {
  const auto expected = static_cast<size_t>(0.025 * static_cast<double>(lines) + 0.5);
  return expected == 0 ? "" : fmt::format("; chance alone would raise about {}", expected);
}

Status Print(Prepared& prepared, Writer& out) {
  if (prepared.output_unit == "minimum") prepared.output_unit = "auto";
  SEEP_TRY(const Trends trends, Measure(prepared));
  const Sites& sites = trends.sites;
  std::vector<std::string> head;
  if (!prepared.title.empty()) head.push_back("File: " + prepared.title);
  head.push_back("Type: " + prepared.sample_type);
  const std::string window = WindowText(prepared);
  head.push_back(fmt::format("{} profiles{}{}", sites.totals.size(), window.empty() ? "" : ", ", window));
  const Slope total = FitSlope(sites.seconds, sites.totals);
  head.push_back(fmt::format("{} became {}, {}{}", ValueText(prepared, sites.totals.front()),
                             ValueText(prepared, sites.totals.back()),
                             RateText(prepared, total.per_second, sites.timed),
                             sites.timed ? "" : " from one profile to the next"));
  head.push_back(fmt::format("{} rose beyond the 95 % interval; {} did not{}",
                             Plural(trends.rows.size(), "line"), Plural(trends.others, "other"),
                             ByChance(trends.rows.size() + trends.others)));
  PrintLines(out, head);
  const size_t shown = ShownRows(prepared, trends.rows.size());
  if (shown > 0)
    out << (sites.timed ? "    per hour" : " per profile")
        << "     +/-95%      first       last  trend    sure    line\n";
  for (size_t i = 0; i < shown; ++i) PrintRow(prepared, trends.rows[i], sites.timed, out.text());
  if (shown < trends.rows.size()) out << fmt::format("{} more: -nodecount=0\n", trends.rows.size() - shown);
  if (!sites.timed)
    out << "The times in the profiles do not tell them apart: they count as equally far apart.\n";
  if (sites.totals.size() < kStrongPoints)
    out << fmt::format("Next: with {} profiles or more a rise can be called strong.\n", kStrongPoints);
  else if (shown > 0)
    out << "Next: seep diagnose FILE... names the cause.\n";
  return {};
}

Status PrintJson(Prepared& prepared, Json& json) {
  SEEP_TRY(const Trends trends, Measure(prepared));
  const Sites& sites = trends.sites;
  const auto list = [&](std::string_view key, const std::vector<double>& values) {
    json.Key(key).Begin('[');
    for (double v : values) json.Value(v);
    json.End(']');
  };
  json.Member("timed", sites.timed);
  list(sites.timed ? "seconds" : "profiles", sites.seconds);
  list("totals", sites.totals);
  json.Member("others", trends.others).Key("rows").Begin('[');
  const double hour = sites.timed ? 3600 : 1;
  const size_t shown = ShownRows(prepared, trends.rows.size());
  for (size_t i = 0; i < shown; ++i) {
    const Row& row = trends.rows[i];
    json.BeginRow().Member("function", prepared.profile.text(row.site->function));
    json.Optional("file", prepared.profile.text(row.site->file)).Optional("line", row.site->line);
    json.Member("users_code", row.site->is_users);
    json.Member(sites.timed ? "per_hour" : "per_profile", row.slope * hour);
    json.Member("margin_95", row.margin * hour).Member("trend", TrendName(row.trend));
    json.Member("confidence", row.sure());
    list("values", row.site->values);
    json.End('}');
  }
  json.End(']');
  return {};
}

}  // namespace

constinit const Report report_trend = {
    .name = "trend",
    .title = "How lines of the user's code rise over many profiles, with confidence",
    .usage = "seep pprof -trend PROFILE PROFILE PROFILE...",
    .default_nodecount = 20,
    .granularity = "lines",
    .over_time = Report::OverTime::kWhole,
    .print = &Print,
    .json = &PrintJson,
};

}  // namespace seep::pprof

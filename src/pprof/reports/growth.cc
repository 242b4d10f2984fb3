// What grew since the base, as a leak hunter asks: lines of the user's own code, an hour, and only what
// sampling cannot have made up.
//
//   Type: inuse_space
//   2026-11-25 12:00:00 UTC to 2026-11-25 12:30:00 UTC, 30 m
//   120MB became 165.20MB: +45.20MB, +90.40MB/h
//   1 line grew by more than three standard errors; 12 others did not
//         grew      error        now   per hour  line
//        41MB     1.20MB       60MB     +82MB/h  main.(*Sessions).Add  sessions.go:33
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "base/text.h"
#include "pprof/go_text.h"
#include "pprof/json.h"
#include "pprof/layout.h"
#include "pprof/sites.h"

namespace seep::pprof {
extern const Report report_growth;

namespace {

constexpr double kErrors = 3;  // standard errors a change must exceed

struct Grown {
  const Site* site = nullptr;
  double net = 0, error = 0;
};

struct Growth {
  Sites sites;
  std::vector<Grown> grown;  // the largest first
  size_t others = 0;         // sites that hold something now and did not grow, or not for certain
  double net() const { return sites.totals.back() - sites.totals.front(); }
  double Rate(double value) const { return sites.timed ? value / sites.seconds.back() : value; }
};

Result<Growth> Measure(const Prepared& prepared) {
  Growth out;
  SEEP_TRY(out.sites, GatherSites(prepared));
  for (const Site& site : out.sites.sites) {
    const Grown g{&site, site.values.back() - site.values.front(),
                  std::sqrt(site.variances.back() + site.variances.front())};
    if (g.net > 0 && g.net > kErrors * g.error)
      out.grown.push_back(g);
    else if (site.values.back() != 0)
      ++out.others;
  }
  std::ranges::stable_sort(out.grown, std::ranges::greater{}, &Grown::net);
  return out;
}

void PrintRow(const Prepared& prepared, const Growth& growth, const Grown& g, std::string& text) {
  PadLeft(text, ValueText(prepared, g.net), 10);
  text += ' ';
  PadLeft(text, ValueText(prepared, g.error), 10);
  text += ' ';
  PadLeft(text, ValueText(prepared, g.site->values.back()), 10);
  text += ' ';
  PadLeft(text, growth.sites.timed ? RateText(prepared, growth.Rate(g.net), true) : "", 12);
  text += "  " + SiteName(prepared, *g.site) + "\n";
}

Status Print(Prepared& prepared, Writer& out) {
  if (prepared.output_unit == "minimum") prepared.output_unit = "auto";
  SEEP_TRY(const Growth growth, Measure(prepared));
  const Sites& sites = growth.sites;
  std::vector<std::string> head;
  if (!prepared.title.empty()) head.push_back("File: " + prepared.title);
  head.push_back("Type: " + prepared.sample_type);
  if (std::string window = WindowText(prepared); !window.empty()) head.push_back(std::move(window));
  std::string change = fmt::format("{} became {}: {}{}", ValueText(prepared, sites.totals.front()),
                                   ValueText(prepared, sites.totals.back()), growth.net() > 0 ? "+" : "",
                                   ValueText(prepared, growth.net()));
  if (sites.timed) change += ", " + RateText(prepared, growth.Rate(growth.net()), true);
  head.push_back(std::move(change));
  head.push_back(fmt::format("{} grew by more than {:g} standard errors; {} did not",
                             Plural(growth.grown.size(), "line"), kErrors, Plural(growth.others, "other")));
  PrintLines(out, head);
  const size_t shown = ShownRows(prepared, growth.grown.size());
  if (shown > 0) out << "      grew      error        now     per hour  line\n";
  for (size_t i = 0; i < shown; ++i) PrintRow(prepared, growth, growth.grown[i], out.text());
  if (shown < growth.grown.size()) out << fmt::format("{} more: -nodecount=0\n", growth.grown.size() - shown);
  if (!sites.timed) out << "The times in the profiles do not rise from the base on, so there is no rate.\n";
  if (shown > 0)
    out << fmt::format(
        "Next: several profiles over a longer time tell a leak from a cache that fills: "
        "-trend FILE FILE FILE...\n");
  return {};
}

Status PrintJson(Prepared& prepared, Json& json) {
  SEEP_TRY(const Growth growth, Measure(prepared));
  const Sites& sites = growth.sites;
  json.Member("before", sites.totals.front()).Member("now", sites.totals.back());
  if (sites.timed) json.Member("seconds", sites.seconds.back());
  json.Member("others", growth.others).Key("rows").Begin('[');
  const size_t shown = ShownRows(prepared, growth.grown.size());
  for (size_t i = 0; i < shown; ++i) {
    const Grown& g = growth.grown[i];
    json.BeginRow().Member("function", prepared.profile.text(g.site->function));
    json.Optional("file", prepared.profile.text(g.site->file)).Optional("line", g.site->line);
    json.Member("users_code", g.site->is_users).Member("before", g.site->values.front());
    json.Member("now", g.site->values.back()).Member("grew", g.net).Member("error", g.error);
    if (sites.timed) json.Member("per_hour", growth.Rate(g.net) * 3600);
    json.End('}');
  }
  json.End(']');
  return {};
}

}  // namespace

constinit const Report report_growth = {
    .name = "growth",
    .title = "Lines of the user's code that grew since -base, an hour, beyond sampling error",
    .usage = "seep pprof -growth -base BEFORE AFTER",
    .default_nodecount = 20,
    .granularity = "lines",
    .over_time = Report::OverTime::kAgainstBase,
    .print = &Print,
    .json = &PrintJson,
};

}  // namespace seep::pprof

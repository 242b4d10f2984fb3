// A profile made ready for a report: overrides applied, sample type chosen, total taken, filtered and
// aggregated, in the order in which pprof does it (google/pprof internal/driver/driver.go, generateRawReport,
// 2025-11). And what the reports say about it at their top.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "pprof/report.h"
#include "profile/filter.h"
#include "profile/graph.h"
#include "profile/pattern.h"
#include "profile/profile.h"
#include "profile/settings.h"

namespace seep::pprof {

struct Prepared {
  const Report* report = nullptr;
  const Surroundings* outside = nullptr;
  profile::Profile profile;    // filtered and aggregated
  profile::Settings settings;  // in force: with the report's overrides
  std::optional<profile::Pattern> symbol;
  profile::LabelUnits label_units;  // of numeric labels, by key

  // Which number of a sample is looked at.
  size_t column = 0;
  std::optional<size_t> divisor_column;  // with mean: what it is divided by
  std::string sample_type;               // "inuse_space", "mean_delay"
  std::string sample_unit;               // "bytes", as the profile has it
  int64_t total = 0;                     // 100 %
  double ratio = 1;                      // 1 / divide_by
  std::string output_unit;               // the settings' unit; ChooseUnit makes "minimum" a real one

  std::vector<int64_t> moments;             // Query::moments
  std::vector<std::string> active_filters;  // "focus=main"
  std::string title;                        // of the main binary, without its folder; may be empty

  int64_t Value(size_t sample) const { return profile.samples.value(sample)[column]; }
  int64_t Divisor(size_t sample) const {
    return divisor_column ? profile.samples.value(sample)[*divisor_column] : 0;
  }
  // A value as the report prints it: "1.50MB".
  std::string Format(int64_t value) const;
};

// The column a name or number means; "" is the profile's default, else the last. "inuse_space" finds "space"
// too.
Result<size_t> SampleIndex(const profile::Profile& profile, std::string_view wanted);

Result<Prepared> Prepare(profile::Profile profile, const Report& report, const Query& query,
                         const Surroundings& outside);

// What a report wants of the graph.
struct GraphWish {
  profile::EdgeUse edges = profile::EdgeUse::kNone;
  bool objects = false;        // nodes of different binaries are different
  bool call_trees = false;     // follows the setting call_tree
  bool only_symbol = false;    // edges only of nodes that Prepared::symbol matches
  bool whole_numbers = false;  // the unit must keep the smallest value above 0
};
// The graph that top, tree, peek, dot, callgrind and topproto are made from. Makes a unit of "minimum" by its
// nodes.
profile::TrimmedGraph MakeGraph(Prepared& prepared, const GraphWish& wish);
// All nodes, in no order, without edges: what listings start from.
profile::Graph MakeWholeGraph(Prepared& prepared, bool objects);

// "2026-11-21 12:00:00 CET"
std::string LocalTime(const Prepared& prepared, int64_t unix_nanos);
// "File: server", "Type: cpu", "Time: ...": what is known of the profile.
std::vector<std::string> ProfileLabels(const Prepared& prepared);
// Those and "Active filters:", "Showing nodes accounting for ...", "Dropped ...".
struct Showing {
  int64_t value = 0;  // of the nodes shown
  size_t nodes = 0, original_nodes = 0, dropped_nodes = 0, dropped_edges = 0;
};
Showing ShownBy(const profile::TrimmedGraph& trimmed);
std::vector<std::string> ReportLabels(const Prepared& prepared, const Showing& showing, bool full_header);

}  // namespace seep::pprof

// The contract of a report over one profile: src/pprof/reports/<name>.cc defining `const Report
// report_<name>`. Reports that pprof has too print the same bytes as the pinned version of `go tool pprof`
// (docs/pprof.md names it).
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "profile/profile.h"
#include "profile/settings.h"

namespace seep::pprof {

// The text label by which samples of a merged profile say which of Query::moments they are of: "0", "1", ...
// Only profiles for reports that are Report::over_time carry it.
inline constexpr std::string_view kMomentLabel = "seep::moment";

// What a report is made from. The profile is the report's own copy, merged and with the base already in it,
// not yet filtered: Render does that.
struct Query {
  std::string report;                 // "top"
  std::optional<std::string> symbol;  // the regular expression of peek, list, disasm, weblist
  profile::Settings settings;
  bool json = false;             // the report's Report::json instead of its text
  std::vector<int64_t> moments;  // of reports over time: Unix time in ns, rising; 0 where it is not known
};

// Offset of local time from UTC and its name at a moment, for "Time: 2026-11-21 12:00:00 CET".
struct Zone {
  int offset_seconds = 0;
  std::string name = "UTC";
};

// Everything a report needs from outside, handed in because this folder touches no file and no clock. What is
// not set is not there: no sources, time in UTC, warnings dropped.
struct Surroundings {
  // The text of a source file, for listings; an Error where there is none.
  std::function<Result<std::string>(std::string_view path)> read_source;
  std::string working_folder;  // where sources are looked for without source_path
  std::function<Zone(int64_t unix_seconds)> zone;
  // Whether a function is the user's own code, not Go's and no library's.
  std::function<bool(std::string_view function, std::string_view file)> is_users;
  // A line for stderr, while the report is made: "Focus expression matched no samples".
  std::function<void(std::string_view line)> say;
};

// Takes a report's bytes piece by piece: traces of a million stacks are gigabytes. A report that fails has
// handed over nothing.
using Sink = std::function<Status(std::string_view bytes)>;

struct Prepared;  // pprof/prepared.h: the profile after filters, the totals, the options in force
class Writer;     // pprof/writer.h: what a report prints into
class Json;       // pprof/json.h: the same for JSON

struct Report {
  std::string_view name;   // "top": -top, `top` in the shell
  std::string_view title;  // one line of help, as the shell lists it
  std::string_view usage;  // lines of help below it
  bool takes_symbol = false;
  // Settings that this report overrides (pprof's applyCommandOverrides).
  bool untrimmed = false;              // nodecount, nodefraction and edgefraction are 0
  int64_t default_nodecount = 80;      // for nodecount -1
  std::string_view granularity;        // forced; empty: the settings'
  std::string_view usual_granularity;  // where the settings have none
  std::optional<bool> noinlines;       // forced
  // Compares moments: it wants samples with kMomentLabel. Whole: of every profile given, in the order of
  // time.
  enum class OverTime : uint8_t { kNo, kAgainstBase, kWhole } over_time = OverTime::kNo;
  // The file name ending it is saved under when stdout is a terminal ("pb.gz", "svg"); empty: it is text.
  std::string_view ending;
  Status (*print)(Prepared& prepared, Writer& out) = nullptr;
  // Members of the object that Render opens (docs/pprof.schema.json); null: the report has no JSON form.
  Status (*json)(Prepared& prepared, Json& json) = nullptr;
};

std::span<const Report* const> AllReports();  // generated

// Filters, aggregates, totals and prints. Consumes the profile. Errors are worded as pprof words them, in
// Error::what.
Status Render(profile::Profile profile, const Query& query, const Surroundings& outside, const Sink& sink);
// The same into a string.
Result<std::string> RenderText(profile::Profile profile, const Query& query, const Surroundings& outside);

}  // namespace seep::pprof

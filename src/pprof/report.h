// The contract of a report over one profile: src/pprof/reports/<name>.cc defining `const Report
// report_<name>`. Reports that pprof has too print the same bytes as the pinned version of `go tool pprof`
// (docs/pprof.md names it).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "profile/profile.h"
#include "profile/settings.h"

namespace seep::pprof {

// What a report is made from. The profile is the report's own copy, merged and with the base already in it,
// not yet filtered: Render does that.
struct Query {
  std::string report;                 // "top"
  std::optional<std::string> symbol;  // the regular expression of peek, list, disasm, weblist
  profile::Settings settings;
};

// Everything a report needs from outside, handed in because this folder touches no file and no clock.
struct Surroundings {
  // The text of a source file, for listings; an Error where there is none.
  Result<std::string> (*read_source)(void* context, std::string_view path) = nullptr;
  void* context = nullptr;
  // Offset of local time from UTC in seconds and its name at a moment, for "Time: 2026-11-21 12:00:00 CET".
  struct Zone {
    int offset_seconds = 0;
    std::string name = "UTC";
  };
  Zone (*zone)(int64_t unix_seconds) = nullptr;
};

struct Rendered {
  std::string bytes;                  // what goes to stdout or the output file
  std::vector<std::string> messages;  // lines for stderr: "Focus expression matched no samples"
};

class Prepared;  // pprof/prepared.h: the profile after filters, the totals, the options in force

struct Report {
  std::string_view name;   // "top": -top, `top` in the shell
  std::string_view title;  // one line of help, as the shell lists it
  std::string_view usage;  // lines of help below it
  bool takes_symbol = false;
  // Defaults where the user has said nothing (pprof's applyCommandOverrides).
  bool untrimmed = false;          // nodecount, nodefraction and edgefraction are 0
  int64_t default_nodecount = 80;  // for nodecount -1
  std::string_view granularity;    // forced; empty: the settings'
  std::optional<bool> noinlines;   // forced
  // The file name ending it is saved under when stdout is a terminal ("pb.gz", "svg"); empty: it is text.
  std::string_view ending;
  Result<std::string> (*print)(Prepared& prepared) = nullptr;
};

std::span<const Report* const> AllReports();  // generated

// Filters, aggregates, totals and prints. Consumes the profile. Errors are worded as pprof words them.
Result<Rendered> Render(profile::Profile profile, const Query& query, const Surroundings& surroundings);

}  // namespace seep::pprof

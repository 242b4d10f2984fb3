// Values by place and moment, for reports over several profiles (-trend, -growth). The profiles come merged
// into one: each sample says by the label kMomentLabel which of Query::moments it is of (pipeline/profiles).
//
// A place is the innermost line of the user's own code on the stack, because a line of bufio or of a driver
// says nothing of who asked for the memory; where no code of the user's is on the stack, the innermost line.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "pprof/prepared.h"

namespace seep::pprof {

struct Site {
  StringId function, file;
  int64_t line = 0;
  std::vector<double> values;     // by moment
  std::vector<double> variances;  // of what sampling left unseen; by moment
  bool is_users = false;
};

struct Sites {
  std::vector<Site> sites;      // those with a value at any moment
  std::vector<double> totals;   // by moment
  std::vector<double> seconds;  // by moment, from the first; without times: 0, 1, 2, ...
  bool timed = false;           // `seconds` are seconds
};

// An error if the samples name no moments: the report was asked for without its profiles.
Result<Sites> GatherSites(const Prepared& prepared);

// How many of so many rows the settings ask for.
size_t ShownRows(const Prepared& prepared, size_t rows);
// "main.(*Sessions).Add sessions.go:33"
std::string SiteName(const Prepared& prepared, const Site& site);
// "12:00:00 to 12:30:00 UTC, 30 min"; empty without times.
std::string WindowText(const Prepared& prepared);
// A value an hour, or a profile where there are no times: "+1.50MB/h".
std::string RateText(const Prepared& prepared, double per_second, bool timed);
// A rounded value as Prepared::Format prints it.
std::string ValueText(const Prepared& prepared, double value);

}  // namespace seep::pprof

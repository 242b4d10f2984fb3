// What becomes of a report's bytes: stdout, a file, or graphviz first.
#pragma once

#include "base/log.h"
#include "base/result.h"
#include "pprof/report.h"

namespace seep::cli {

// Source files, the local time zone, and where warnings go.
pprof::Surroundings LocalSurroundings(const Log& log);

// Prints the report a query asks for (or the picture made of it). `in_shell`: nothing binary goes to stdout.
Status DeliverReport(profile::Profile profile, const pprof::Query& query, bool in_shell, const Log& log);

// A fetched profile in the folder PPROF_TMPDIR names (else $HOME/pprof, else the temporary folder), said on
// stderr.
void SaveProfile(const profile::Profile& profile, const Log& log);

}  // namespace seep::cli

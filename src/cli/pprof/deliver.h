// What becomes of a report's bytes: stdout, a file, a picture, a window.
#pragma once

#include "base/result.h"
#include "cli/pprof/console.h"
#include "cli/pprof/viewers.h"
#include "pprof/report.h"

namespace seep::cli {

// One run of `seep pprof`.
struct Session {
  Console& console;
  bool in_shell = false;  // nothing binary goes to stdout, viewers run on
  ViewedFiles viewed = {};
};

// Source files, the local time zone, and where warnings go.
pprof::Surroundings LocalSurroundings(const Console& console);

// Makes what a command is about; `query.report` is the command's name.
Status DeliverReport(profile::Profile profile, const pprof::Query& query, Session& session);

// A fetched profile goes into the folder PPROF_TMPDIR names (else $HOME/pprof, else the temporary folder),
// which is said on stderr. An error only if there is no such folder.
Status SaveProfile(const profile::Profile& profile, const Console& console);

}  // namespace seep::cli

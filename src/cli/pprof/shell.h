// The shell of `seep pprof`: commands and settings typed or piped in, one a line, as `go tool pprof`
// understands them.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/log.h"
#include "pprof/report.h"
#include "profile/profile.h"

namespace seep::cli {

// What one command of the shell asks for.
struct ShellCommand {
  pprof::Query query;
};
// "top10 -cum main -runtime > file": errors worded as pprof words them. `settings` are those in force.
Result<ShellCommand> ParseShellCommand(std::string_view line, const profile::Settings& settings);

// What Tab makes of a line: the one command, setting or function that fits, otherwise the line itself.
std::string CompleteShellLine(std::string_view line, const std::vector<std::string>& functions);

// Reads from stdin until it ends or says quit. Returns the exit status.
int RunShell(profile::Profile profile, profile::Settings settings, const Log& log);

}  // namespace seep::cli

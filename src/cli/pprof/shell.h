// The shell of `seep pprof`: commands and settings typed or piped in, one a line, as `go tool pprof`
// understands them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/pprof/deliver.h"
#include "cli/pprof/terminal_input.h"
#include "pprof/report.h"
#include "profile/profile.h"

namespace seep::cli {

// What one line asks for: "top10 -cum main -runtime > file". Errors are worded as pprof words them.
// `settings` are those in force.
Result<pprof::Query> ParseShellCommand(std::string_view line, const profile::Settings& settings);

// What Tab offers: names of commands and settings, behind "help" too; behind a command the functions that
// contain what was typed, as regular expressions, also as "-function".
Completion CompleteShellLine(std::string_view before_cursor, const std::vector<std::string>& functions);

// The texts of `help` and of `help NAME`; of an unknown name nothing.
std::string ShellHelp();
std::string ShellHelpAbout(std::string_view name, const profile::Profile& profile);

// Reads until there is no more or the person leaves. Returns the exit status.
int RunShell(profile::Profile profile, profile::Settings settings);

}  // namespace seep::cli

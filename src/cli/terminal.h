// The one place that writes to stdout and stderr: data on stdout, talk on stderr.
#pragma once

#include <string>
#include <string_view>

#include "base/log.h"
#include "base/result.h"
#include "report/reporter.h"

namespace seep::cli {

inline constexpr std::string_view kVersion = SEEP_VERSION;

void PrintOut(std::string_view text);
void PrintError(std::string_view text);
// "seep: WHERE: WHAT" and the hint on a line of its own; returns kExitFailed.
int PrintFailure(const Error& error);

// Progress lines: rewritten in place on a terminal, plain lines elsewhere, nothing within the first second of
// work.
Log ProgressLog(bool quiet);
// Ends a line rewritten in place.
void EndProgress();

// Colour, width and verbosity as the terminal, NO_COLOR and the flags have it.
report::Style TerminalStyle(int verbosity);

Status WriteFile(const std::string& path, std::string_view bytes);

}  // namespace seep::cli

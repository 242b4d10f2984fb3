// The command line of `seep pprof`, with the flags and the syntax of `go tool pprof` (Go's flag package):
// -flag, --flag, -flag=value, -flag value; flags end at the first argument that is none, or behind "--".
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "pprof/report.h"
#include "profile/settings.h"

namespace seep::cli {

struct PprofArguments {
  std::vector<std::string> sources, bases;
  bool diff_base = false;
  int64_t seconds = -1, timeout = -1;
  std::string symbolize, build_id, comment, tools;
  std::string http;  // "host:port"
  bool no_browser = false;
  std::string tls_cert, tls_key, tls_ca;
  profile::Settings settings;
  std::optional<std::string> command;  // "top"; none: the shell
  std::string symbol;                  // what peek, list, ... are to match
  bool json = false;                   // ours: the report as JSON
  bool help = false;
  std::vector<std::string> warnings;
};

inline constexpr std::string_view kNoSource = "no profile source specified";

// `show_usage` comes back true where Go prints the usage below the error.
Result<PprofArguments> ParsePprofArguments(std::span<const char* const> args, bool& show_usage);

// The text of -help.
std::string PprofUsage();

}  // namespace seep::cli

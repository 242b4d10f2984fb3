// The command line of `seep pprof`: the flags of `go tool pprof` (google/pprof internal/driver/cli.go,
// 2025-11), and what is said of a wrong one.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "profile/settings.h"

namespace seep::cli {

struct PprofArguments {
  // Where profiles come from.
  std::vector<std::string> sources, bases;
  std::string executable;  // the first of several arguments, if it is an object file and no profile
  bool diff_base = false;  // bases are of -diff_base
  int64_t seconds = -1, timeout = -1;
  std::string tls_cert, tls_key, tls_ca;
  // What is done to them.
  std::string symbolize, build_id, comment;
  profile::Settings settings;
  // What is made of them: a command, or the web page at http = "host:port", or the shell.
  std::optional<std::string> command;  // "top"
  std::string symbol;                  // what peek, list, ... are to match
  bool json = false;                   // ours: the report as JSON
  std::string http;
  bool no_browser = false;

  bool help = false;  // nothing but the usage is wanted
};

// What of the usage goes with an error.
enum class ShowUsage : uint8_t { kNo, kBefore, kAfter };

// `is_object_file`: asked of the first of several arguments.
Result<PprofArguments> ParsePprofArguments(std::span<const char* const> args,
                                           bool (*is_object_file)(const std::string& path), const Log& log,
                                           ShowUsage& show_usage);

// The text of -help.
std::string PprofUsage();

}  // namespace seep::cli

// Flags that several commands share, in one place so that they mean the same everywhere.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

#include "cli/command.h"
#include "pipeline/pipeline.h"

namespace seep::cli {

// What the shared flags were set to, as text; Read() turns it into options or says which flag is wrong.
struct SharedFlags {
  std::vector<std::string> targets;
  pipeline::Options options;
  std::string interval = "30s";
  std::string timeout = "60s", connect_timeout = "10s";
  std::string max_file = "16GiB", max_inflated = "4GiB", max_body = "2GiB", max_folder = "4GiB";
  bool no_stw = false;
  bool no_local = false;
  std::optional<int64_t> pid;  // signed, so that -1 is seen and not turned round

  void AddTargets(CLI::App& app, bool required = true);
  void AddCapture(CLI::App& app);
  void AddLimits(CLI::App& app);
  Status Read();
};

// Of commands that read processes: --all takes every Go program of the machine instead of named targets.
struct AllFlag {
  bool all = false;
  void Add(CLI::App& app);
  // Fills in the targets; the error says what to name where there are none.
  Status Read(SharedFlags& flags) const;
};

// "512", "64KiB", "2MB", "4GiB" -> bytes; decimal and binary units both mean powers of 1024, as pprof has it.
Result<uint64_t> ParseSize(const std::string& text, std::string_view flag);

// Parses, prints --help or the usage error; -1 to go on, otherwise the exit status to return.
int ParseFlags(CLI::App& app, const Command& command, int argc, const char* const* argv);

}  // namespace seep::cli

// The contract of a subcommand: src/cli/commands/<name>.cc defining `const Command command_<name>`.
#pragma once

#include <span>
#include <string_view>

namespace seep::cli {

// Exit statuses, the same for every command.
enum Exit : int {
  kExitClean = 0,       // nothing found
  kExitFindings = 1,    // findings
  kExitFailed = 2,      // it failed or was used wrongly
  kExitIncomplete = 3,  // evidence incomplete, with --strict
};

struct Command {
  std::string_view name;
  std::string_view summary;   // one line of `seep --help`
  std::string_view examples;  // shown below the flags: a comment line, then the command
  // argv[0] is the command's name; returns an Exit. Parses its own flags (CLI11) and prints its own --help.
  int (*run)(int argc, const char* const* argv) = nullptr;
};

std::span<const Command* const> AllCommands();  // generated

}  // namespace seep::cli

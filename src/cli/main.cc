// seep: dispatch to one file a subcommand (commands/), or straight to `diagnose` when the first word is a
// target.
#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <filesystem>
#include <string>
#include <vector>

#include "base/text.h"
#include "cli/command.h"
#include "cli/terminal.h"

namespace {

using seep::cli::Command;

const Command* Find(std::string_view name) {
  for (const Command* command : seep::cli::AllCommands())
    if (command->name == name) return command;
  return nullptr;
}

std::string Help() {
  std::string text =
      "seep finds slow leaks in running Go services and says what leaks, why, at which\n"
      "line of your code, how fast, and what to change.\n\n"
      "Usage: seep TARGET...            the same as seep diagnose TARGET...\n"
      "       seep COMMAND [flags]\n\n"
      "Examples:\n"
      "  # a running service with net/http/pprof\n"
      "  seep http://127.0.0.1:6060\n"
      "  # profiles that somebody took with curl, minutes apart\n"
      "  seep heap_cur.txt goroutine_cur.txt heap_5min.txt goroutine_5min.txt\n"
      "  # a box with only curl or wget: print a script to run there\n"
      "  seep capture --script http://127.0.0.1:6060 > capture.sh\n\n"
      "Commands:\n";
  for (const Command* command : seep::cli::AllCommands())
    text += fmt::format("  {:<10} {}\n", command->name, command->summary);
  return text +
         "\nseep COMMAND --help tells more. Exit status: 0 nothing found, 1 findings,\n"
         "2 it failed or was used wrongly, 3 evidence incomplete (with --strict).\n";
}

// What a person who types a target without a command means.
bool LooksLikeTarget(std::string_view word) {
  if (word == "-" || word.starts_with("http://") || word.starts_with("https://") || word.starts_with("unix:"))
    return true;
  if (word.find(':') != word.npos || word.find('/') != word.npos) return true;
  if (!word.empty() && std::ranges::all_of(word, [](unsigned char c) { return std::isdigit(c); }))
    return true;
  std::error_code error;
  return std::filesystem::exists(word, error);
}

int Dispatch(int argc, const char* const* argv) {
  using namespace std::string_view_literals;
  if (argc < 2 || argv[1] == "--help"sv || argv[1] == "-h"sv || argv[1] == "help"sv) {
    seep::cli::PrintOut(Help());
    return argc < 2 ? seep::cli::kExitFailed : seep::cli::kExitClean;
  }
  if (argv[1] == "--version"sv || argv[1] == "version"sv) {
    seep::cli::PrintOut(fmt::format("seep {}\n", seep::cli::kVersion));
    return seep::cli::kExitClean;
  }
  const std::string_view word = argv[1];
  if (const Command* command = Find(word)) return command->run(argc - 1, argv + 1);
  if (word.starts_with('-') || LooksLikeTarget(word)) return Find("diagnose")->run(argc, argv);
  std::vector<std::string_view> names;
  for (const Command* command : seep::cli::AllCommands()) names.push_back(command->name);
  const std::string_view near = seep::DidYouMean(word, names);
  return seep::cli::PrintFailure({seep::ErrorCode::kUsage,
                                  fmt::format("'{}' is no command and no file, URL or pid{}", word,
                                              near.empty() ? "" : fmt::format("; did you mean '{}'?", near)),
                                  "", "seep --help lists the commands"});
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return Dispatch(argc, argv);
  } catch (const std::bad_alloc&) {
    return seep::cli::PrintFailure(
        {seep::ErrorCode::kTooLarge, "out of memory", "", "give fewer or smaller files, or raise the limit"});
  } catch (const std::exception& error) {  // a library threw where we did not expect it: a bug, said as one
    return seep::cli::PrintFailure({seep::ErrorCode::kBadInput,
                                    fmt::format("internal error: {}", error.what()), "",
                                    "please report this with the command line"});
  }
}

#include "cli/pprof/console.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>

#include "cli/terminal.h"

namespace seep::cli {

Console::Console(Completer complete) : edited_(TerminalInput::Usable()), input_(std::move(complete)) {
  const char* no_colour = std::getenv("NO_COLOR");
  red_ = edited_ && (no_colour == nullptr || *no_colour == '\0');
}

void Console::Say(std::string_view text) const {
  PrintError(fmt::format("{}{}", text, text.ends_with('\n') ? "" : "\n"));
}

void Console::SayError(std::string_view text) const {
  if (!red_) return Say(text);
  PrintError(fmt::format("\x1b[0;31m{}{}\x1b[0m", text, text.ends_with('\n') ? "" : "\n"));
}

std::optional<std::string> Console::ReadLine(std::string_view prompt) {
  if (edited_) return input_.ReadLine(prompt);
  PrintOut(prompt);
  std::string line;
  if (!std::getline(std::cin, line) && line.empty()) return std::nullopt;
  return line;
}

bool Console::interactive() const {
  return edited_ && ::isatty(STDOUT_FILENO) != 0;
}

Log Console::log() const {
  return Log({}, [this](std::string_view line) { SayError(line); });
}

}  // namespace seep::cli

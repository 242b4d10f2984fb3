// Lines typed at a terminal: editing, history (arrow keys) and completion (Tab). The terminal is raw while a
// line is read and as it was in between, so that what a command starts finds it in order. Written here and
// not taken from a library: libedit and readline want the terminfo files, which the boxes seep is copied to
// often lack.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/pprof/edited_line.h"

namespace seep::cli {

// Words that may stand from `begin` of the line to the cursor.
struct Completion {
  size_t begin = 0;
  std::vector<std::string> words;
};
using Completer = std::function<Completion(std::string_view before_cursor)>;

class TerminalInput {
 public:
  // Whether stdin is a terminal that can be edited on: TERM is set and is not "dumb".
  static bool Usable();

  explicit TerminalInput(Completer complete) : complete_(std::move(complete)) {}
  // Without the line's end; nothing when the person leaves (^D, or ^C on an empty line) or the terminal is
  // gone. Written to stderr: stdout is for reports.
  std::optional<std::string> ReadLine(std::string_view prompt);

 private:
  bool NextKey(KeyPress& press);
  EditedLine::State Type(std::string_view prompt);
  void CompleteLine();
  void Draw(std::string_view prompt) const;

  Completer complete_;
  EditedLine line_;
  std::string pending_;  // typed ahead
};

}  // namespace seep::cli

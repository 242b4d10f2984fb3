// What `seep pprof` says and is told. At a terminal lines are edited and errors are red; elsewhere it reads
// and writes plain lines, as `go tool pprof` does there. Talk goes to stderr: stdout is for reports.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/log.h"
#include "cli/pprof/terminal_input.h"

namespace seep::cli {

class Console {
 public:
  explicit Console(Completer complete = {});

  void Say(std::string_view text) const;
  void SayError(std::string_view text) const;
  // The next line typed, without its end; nothing when there is no more, or the person leaves.
  std::optional<std::string> ReadLine(std::string_view prompt);

  // Whether a person sits at both ends, to whom a picture's bytes on the screen would be no use.
  bool interactive() const;
  // Warnings go out as errors.
  Log log() const;

 private:
  bool edited_;
  bool red_;
  TerminalInput input_;
};

}  // namespace seep::cli

#include "cli/terminal.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>

#include "base/text.h"
#include "cli/command.h"

namespace seep::cli {

void PrintOut(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

void PrintError(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fflush(stderr);
}

int PrintFailure(const Error& error) {
  EndProgress();
  std::string text = "seep: ";
  if (!error.where.empty()) text += error.where + ": ";
  text += error.what + "\n";
  if (!error.hint.empty()) text += "      " + error.hint + "\n";
  PrintError(text);
  return kExitFailed;
}

Log ProgressLog(bool quiet) {
  if (quiet) return Log();
  const bool terminal = isatty(STDERR_FILENO) != 0;
  const auto start = std::chrono::steady_clock::now();
  auto progress = [terminal, last = start](std::string_view line) mutable {
    // What is over within a second needs no words; a wait announces itself.
    const auto now = std::chrono::steady_clock::now();
    const bool soon = now - last < std::chrono::seconds(1);
    if (soon && !line.starts_with("waiting")) return;
    last = now;
    PrintError(terminal ? fmt::format("\r\x1b[K{}", line) : fmt::format("{}\n", line));
  };
  return Log(progress, [](std::string_view line) { PrintError(fmt::format("seep: {}\n", line)); });
}

void EndProgress() {
  if (isatty(STDERR_FILENO) != 0) PrintError("\r\x1b[K");
}

report::Style TerminalStyle(int verbosity) {
  report::Style style;
  const bool terminal = isatty(STDOUT_FILENO) != 0;
  const char* no_colour = std::getenv("NO_COLOR");
  style.colour = terminal && (no_colour == nullptr || *no_colour == '\0');
  winsize size{};
  if (terminal && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 40)
    style.width = std::min<int>(size.ws_col, 120);
  style.verbosity = verbosity;
  style.version = kVersion;
  return style;
}

Status WriteFile(const std::string& path, std::string_view bytes) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  out.close();
  if (!out)
    return Fail(ErrorCode::kPermission, fmt::format("cannot be written: {}", std::strerror(errno)), path,
                "name a file in a folder you may write to");
  return {};
}

}  // namespace seep::cli

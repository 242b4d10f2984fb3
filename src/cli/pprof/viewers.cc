#include "cli/pprof/viewers.h"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <thread>

#include "base/text.h"
#include "capture/new_file.h"
#include "capture/program.h"

namespace seep::cli {
namespace {

bool IsSet(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0';
}

}  // namespace

ViewedFiles::~ViewedFiles() {
  for (const std::string& path : paths_) ::unlink(path.c_str());
}

Result<std::string> DrawGraph(std::string_view format, std::string_view graph) {
  auto picture = capture::RunFilter({"dot", fmt::format("-T{}", format)}, graph);
  if (picture) return picture;
  return Fail(picture.error().code,
              fmt::format("failed to execute dot. Is Graphviz installed? Error: {}", picture.error().what));
}

std::vector<std::string> Browsers() {
  std::vector<std::string> out;
  if (IsSet("BROWSER")) out.emplace_back(std::getenv("BROWSER"));
  for (const char* name : {"chrome", "google-chrome", "chromium", "firefox", "sensible-browser"})
    out.emplace_back(name);
  if (IsSet("DISPLAY")) out.emplace_back("xdg-open");
  return out;
}

Result<pid_t> StartViewer(const std::vector<std::string>& commands, const std::string& what) {
  Result<pid_t> started = Fail(ErrorCode::kUnavailable, "no program to show it with");
  for (const std::string& command : commands) {
    std::vector<std::string> words;
    for (std::string_view word : Split(command, ' ')) words.emplace_back(word);
    words.push_back(what);
    started = capture::StartProgram(words);
    if (started) break;
  }
  return started;
}

Status View(std::string_view bytes, std::string_view ending, const std::vector<std::string>& commands,
            bool in_background, ViewedFiles& files) {
  SEEP_TRY(const std::string path,
           capture::WriteNewFile(capture::TemporaryFolder(), "pprof", fmt::format(".{}", ending), bytes));
  files.Add(path);
  SEEP_TRY(const pid_t pid, StartViewer(commands, path));
  const Status status = in_background ? Status() : capture::WaitForProgram(pid);
  // A viewer may be no more than a message to one that runs: the file must stay until that has opened it.
  std::this_thread::sleep_for(std::chrono::seconds(1));
  return status;
}

}  // namespace seep::cli

#include "capture/preload.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <utility>

#include "base/text.h"
#include "capture/files.h"
#include "capture/new_file.h"

namespace seep::capture {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kLargestSamples = uint64_t{1} << 30;
constexpr std::string_view kLibrary = "/seep-native.so", kEnding = ".samples";

sigset_t Awaited() {
  sigset_t set;
  sigemptyset(&set);
  for (const int number : {SIGCHLD, SIGINT, SIGTERM, SIGHUP, SIGQUIT}) sigaddset(&set, number);
  return set;
}

// This process' environment with what the library is told.
std::vector<std::string> Environment(const std::string& folder, const PreloadOptions& options) {
  std::string library = folder + std::string(kLibrary);
  std::vector<std::string> out;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    constexpr std::string_view kPreload = "LD_PRELOAD=";
    // Behind it comes what is preloaded already: an allocator that somebody chose stays the one that is used.
    if (text.starts_with(kPreload))
      library += fmt::format(":{}", text.substr(kPreload.size()));
    else if (!text.starts_with("SEEP_NATIVE_"))
      out.emplace_back(text);
  }
  out.push_back("LD_PRELOAD=" + library);
  out.push_back("SEEP_NATIVE_FOLDER=" + folder);
  out.push_back(fmt::format("SEEP_NATIVE_RATE={}", options.rate));
  // Of the program itself, and of what it becomes by exec.
  if (!options.children) out.push_back(fmt::format("SEEP_NATIVE_PARENT={}", getpid()));
  return out;
}

std::vector<char*> Pointers(const std::vector<std::string>& words) {
  std::vector<char*> out;
  for (const std::string& word : words) out.push_back(const_cast<char*>(word.c_str()));
  out.push_back(nullptr);
  return out;
}

struct FileName {
  uint64_t pid = 0, program = 0;  // the how many-th the process became
};

std::optional<FileName> ParseName(std::string_view name) {
  if (!name.ends_with(kEnding)) return std::nullopt;
  name.remove_suffix(kEnding.size());
  FileName out;
  const size_t dot = std::min(name.find('.'), name.size());
  const std::string_view program = dot < name.size() ? name.substr(dot + 1) : "0";
  if (std::from_chars(name.data(), name.data() + dot, out.pid).ptr != name.data() + dot) return std::nullopt;
  if (std::from_chars(program.data(), program.data() + program.size(), out.program).ec != std::errc())
    return std::nullopt;
  return out;
}

}  // namespace

Status PreloadedProgram::MakeFolder(std::string_view library) {
  folder_ = TemporaryFolder() + "/seep-native-XXXXXX";
  if (mkdtemp(folder_.data()) == nullptr) {
    const int error = errno;
    return Fail(ErrorCode::kPermission, fmt::format("cannot make a temporary folder: {}", ErrnoText(error)),
                std::exchange(folder_, {}), "set TMPDIR to a folder that may be written to");
  }
  return WriteWholeFile(folder_ + std::string(kLibrary), library);
}

Result<PreloadedProgram> PreloadedProgram::Start(const std::vector<std::string>& command,
                                                 std::string_view library, const PreloadOptions& options) {
  PreloadedProgram run;
  SEEP_TRY_VOID(run.MakeFolder(library));
  sigset_t before;
  const sigset_t awaited = Awaited();
  sigprocmask(SIG_BLOCK, &awaited, &before);  // before the child is there, so that its end is not missed
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setsigmask(&attributes, &before);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
  const std::vector<std::string> environment = Environment(run.folder_, options);
  const int error = posix_spawnp(&run.pid_, command.front().c_str(), nullptr, &attributes,
                                 Pointers(command).data(), Pointers(environment).data());
  posix_spawnattr_destroy(&attributes);
  if (error != 0)
    return Fail(error == ENOENT   ? ErrorCode::kNotFound
                : error == EACCES ? ErrorCode::kPermission
                                  : ErrorCode::kUnavailable,
                ErrnoText(error), command.front());
  return run;
}

PreloadedProgram::PreloadedProgram(PreloadedProgram&& other) noexcept
    : folder_(std::exchange(other.folder_, {})), pid_(std::exchange(other.pid_, -1)) {}

PreloadedProgram::~PreloadedProgram() {
  std::error_code ignored;
  if (!folder_.empty()) fs::remove_all(folder_, ignored);
}

std::string PreloadedProgram::Ending::Text() const {
  if (WIFSIGNALED(status)) return fmt::format("killed by signal {}", WTERMSIG(status));
  return WEXITSTATUS(status) == 0 ? "" : fmt::format("exit status {}", WEXITSTATUS(status));
}

std::optional<PreloadedProgram::Ending> PreloadedProgram::Wait(
    std::optional<std::chrono::milliseconds> at_most) {
  const sigset_t awaited = Awaited();
  const auto until = std::chrono::steady_clock::now() + at_most.value_or(std::chrono::milliseconds(0));
  while (true) {
    Ending ending;
    if (waitpid(pid_, &ending.status, WNOHANG) == pid_) {
      return ending;
    }
    siginfo_t info{};
    int number = 0;
    if (at_most) {
      const auto left =
          std::chrono::duration_cast<std::chrono::nanoseconds>(until - std::chrono::steady_clock::now());
      if (left.count() <= 0) return std::nullopt;
      const timespec timeout{left.count() / 1'000'000'000, left.count() % 1'000'000'000};
      number = sigtimedwait(&awaited, &info, &timeout);
    } else {
      number = sigwaitinfo(&awaited, &info);
    }
    // A terminal sends its signals to the program as well.
    if (number > 0 && number != SIGCHLD && info.si_code <= 0) kill(pid_, number);
  }
}

Result<std::vector<SamplesFile>> PreloadedProgram::Samples() const {
  std::map<uint64_t, uint64_t> last;  // of each process, the number of its last program
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder_, error))
    if (const auto name = ParseName(entry.path().filename().string()))
      last[name->pid] = std::max(last[name->pid], name->program);
  if (error) return Fail(ErrorCode::kUnavailable, error.message(), folder_);
  std::vector<SamplesFile> out;
  for (const auto& [pid, program] : last) {
    const std::string path = program == 0 ? fmt::format("{}/{}{}", folder_, pid, kEnding)
                                          : fmt::format("{}/{}.{}{}", folder_, pid, program, kEnding);
    SEEP_TRY(Bytes bytes, ReadFile(path, kLargestSamples));
    out.push_back({pid, std::move(bytes)});
  }
  std::ranges::stable_partition(out, [&](const SamplesFile& file) { return file.pid == this->pid(); });
  return out;
}

}  // namespace seep::capture

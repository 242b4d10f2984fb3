#include "cli/pprof/deliver.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include "capture/files.h"
#include "cli/pprof/commands.h"
#include "cli/terminal.h"
#include "pipeline/users_code.h"
#include "pprof/encode.h"

namespace seep::cli {
namespace {

// "pprof.orders.inuse_space.001.pb.gz": the first number that is free, made in one step with the file.
Result<std::pair<int, std::string>> NewFile(const std::string& folder, std::string_view prefix,
                                            std::string_view ending) {
  for (int number = 1; number < 10000; ++number) {
    const std::string path = fmt::format("{}/{}{:03}{}", folder, prefix, number, ending);
    const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd >= 0) return std::pair(fd, path);
    if (errno != EEXIST)
      return Fail(ErrorCode::kPermission, fmt::format("could not create file of the form {}/{}NNN{}: {}",
                                                      folder, prefix, ending, std::strerror(errno)));
  }
  return Fail(ErrorCode::kTooLarge,
              fmt::format("could not create file of the form {}/{}NNN{}", folder, prefix, ending));
}

Status WriteAll(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return Fail(ErrorCode::kUnavailable, fmt::format("write: {}", std::strerror(errno)));
    bytes.remove_prefix(static_cast<size_t>(n));
  }
  return {};
}

// Graphviz's dot as a filter. Its input is written by a child, so that neither side waits for the other for
// ever.
Result<std::string> RunDot(std::string_view format, const std::string& graph) {
  int in[2], out[2];
  if (::pipe2(in, O_CLOEXEC) != 0) return Fail(ErrorCode::kUnavailable, "pipe");
  if (::pipe2(out, O_CLOEXEC) != 0) {
    ::close(in[0]);
    ::close(in[1]);
    return Fail(ErrorCode::kUnavailable, "pipe");
  }
  const std::string option = fmt::format("-T{}", format);
  const pid_t dot = ::fork();
  if (dot == 0) {
    ::dup2(in[0], 0);
    ::dup2(out[1], 1);
    ::execlp("dot", "dot", option.c_str(), nullptr);
    ::_exit(127);
  }
  const pid_t writer = ::fork();
  if (writer == 0) {
    ::close(in[0]);
    ::close(out[0]);
    ::close(out[1]);
    std::signal(SIGPIPE, SIG_DFL);
    ::_exit(WriteAll(in[1], graph) ? 0 : 1);
  }
  ::close(in[0]);
  ::close(in[1]);
  ::close(out[1]);
  std::string picture;
  char block[65536];
  for (ssize_t n; (n = ::read(out[0], block, sizeof block)) > 0 || (n < 0 && errno == EINTR);)
    if (n > 0) picture.append(block, static_cast<size_t>(n));
  ::close(out[0]);
  int status = 0;
  if (writer > 0) ::waitpid(writer, nullptr, 0);
  if (dot > 0) ::waitpid(dot, &status, 0);
  if (dot > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0) return picture;
  const bool missing = dot < 0 || (WIFEXITED(status) && WEXITSTATUS(status) == 127);
  return Fail(ErrorCode::kUnavailable,
              fmt::format("failed to execute dot. Is Graphviz installed? Error: {}",
                          missing ? "exec: \"dot\": executable file not found in $PATH"
                                  : fmt::format("exit status {}", WEXITSTATUS(status))));
}

const PprofCommand* FindCommand(const std::vector<PprofCommand>& all, std::string_view name) {
  const auto found = std::ranges::find(all, name, &PprofCommand::name);
  return found == all.end() ? nullptr : &*found;
}

Status ToFile(const std::string& path, std::string_view bytes) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (fd < 0) {
    std::string why = std::strerror(errno);  // which Go begins with a small letter
    if (why[0] >= 'A' && why[0] <= 'Z') why[0] = static_cast<char>(why[0] - 'A' + 'a');
    return Fail(ErrorCode::kPermission, fmt::format("open {}: {}", path, why));
  }
  const Status written = WriteAll(fd, bytes);
  ::close(fd);
  return written;
}

}  // namespace

pprof::Surroundings LocalSurroundings(const Log& log) {
  pprof::Surroundings out;
  out.read_source = [](std::string_view path) -> Result<std::string> {
    // A folder can be opened, and has no lines.
    struct stat entry{};
    if (::stat(std::string(path).c_str(), &entry) == 0 && S_ISDIR(entry.st_mode)) return std::string();
    SEEP_TRY(const Bytes bytes, capture::ReadFile(std::string(path), uint64_t{64} << 20));
    return std::string(bytes.view());
  };
  if (char folder[4096]; ::getcwd(folder, sizeof folder) != nullptr) out.working_folder = folder;
  out.zone = [](int64_t unix_seconds) {
    const auto time = static_cast<time_t>(unix_seconds);
    tm local{};
    ::localtime_r(&time, &local);
    return pprof::Zone{static_cast<int>(local.tm_gmtoff), local.tm_zone == nullptr ? "UTC" : local.tm_zone};
  };
  out.is_users = pipeline::UsersCode();
  out.say = [log](std::string_view line) { log.Warn(line); };
  return out;
}

Status DeliverReport(profile::Profile profile, const pprof::Query& query, bool in_shell, const Log& log) {
  const std::vector<PprofCommand> all = PprofCommands();
  const PprofCommand* command = FindCommand(all, query.report);
  if (command == nullptr)
    return Fail(ErrorCode::kUsage, fmt::format("unrecognized command: \"{}\"", query.report));
  pprof::Query report = query;
  report.report = command->report;
  const pprof::Surroundings surroundings = LocalSurroundings(log);
  const bool away =
      !command->ending.empty() && query.settings.output.empty() && (in_shell || ::isatty(1) != 0);
  const bool streams = command->dot_format.empty() && query.settings.output.empty() && !away;
  if (streams)
    return pprof::Render(std::move(profile), report, surroundings, [](std::string_view bytes) -> Status {
      PrintOut(bytes);
      return {};
    });
  SEEP_TRY(std::string bytes, pprof::RenderText(std::move(profile), report, surroundings));
  if (!command->dot_format.empty()) {
    SEEP_TRY(bytes, RunDot(command->dot_format, bytes));
  }
  if (!query.settings.output.empty()) {
    log.Warn("Generating report in " + query.settings.output);
    return ToFile(query.settings.output, bytes);
  }
  if (!away) {
    PrintOut(bytes);
    return {};
  }
  SEEP_TRY(const auto file, NewFile(".", "profile", fmt::format(".{}", command->ending)));
  log.Warn("Generating report in " + file.second.substr(2));
  const Status written = WriteAll(file.first, bytes);
  ::close(file.first);
  return written;
}

void SaveProfile(const profile::Profile& profile, const Log& log) {
  std::vector<std::string> folders;
  if (const char* named = std::getenv("PPROF_TMPDIR"); named != nullptr && *named != '\0')
    folders.emplace_back(named);
  if (const char* home = std::getenv("HOME"); home != nullptr && *home != '\0')
    folders.push_back(std::string(home) + "/pprof");
  const char* temporary = std::getenv("TMPDIR");
  folders.emplace_back(temporary != nullptr && *temporary != '\0' ? temporary : "/tmp");
  std::string prefix = "pprof.";
  if (profile.mappings.size() > 1) {
    const std::string_view file = profile.text(profile.mappings[1].file);
    if (!file.empty()) prefix += std::string(file.substr(file.rfind('/') + 1)) + ".";
  }
  for (const profile::ValueType& type : profile.sample_types)
    prefix += std::string(profile.text(type.type)) + ".";
  for (const std::string& folder : folders) {
    if (::mkdir(folder.c_str(), 0755) != 0 && errno != EEXIST) {
      log.Warn(fmt::format("Could not use temp dir {}: mkdir {}: {}", folder, folder, std::strerror(errno)));
      continue;
    }
    auto file = NewFile(folder, prefix, ".pb.gz");
    const Status saved =
        file ? WriteAll(file->first, pprof::EncodeGzip(profile)) : Status(std::unexpected(file.error()));
    if (file) ::close(file->first);
    log.Warn(saved ? "Saved profile in " + file->second : "Could not save profile: " + saved.error().what);
    return;
  }
}

}  // namespace seep::cli

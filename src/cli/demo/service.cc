#include "cli/demo/service.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>

#include "base/text.h"
#include "capture/http.h"

namespace seep::cli {
namespace {

constexpr int kReadyMilliseconds = 30'000;

// Replaces the forked child; only returns on failure.
void Become(const std::vector<std::string>& command, const std::string& folder, const std::string& log,
            int out) {
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  const int errors = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (errors >= 0) dup2(errors, STDERR_FILENO);
  dup2(out >= 0 ? out : errors, STDOUT_FILENO);
  if (!folder.empty() && chdir(folder.c_str()) != 0) return;
  prctl(PR_SET_PDEATHSIG, SIGKILL);  // a demo that is interrupted leaves nothing running
  execvp(arguments[0], arguments.data());
}

std::string LastLines(const std::string& path) {
  std::ifstream in(path);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  return text.size() > 600 ? text.substr(text.size() - 600) : text;
}

// The first line the child prints, or what came until the time was up.
std::string ReadLine(int fd) {
  std::string line;
  pollfd waiting{fd, POLLIN, 0};
  char c = 0;
  while (poll(&waiting, 1, kReadyMilliseconds) == 1 && read(fd, &c, 1) == 1 && c != '\n') line += c;
  return line;
}

}  // namespace

Status RunProgram(const std::vector<std::string>& command, const std::string& folder,
                  const std::string& log) {
  const pid_t pid = fork();
  if (pid == 0) {
    Become(command, folder, log, -1);
    _exit(127);
  }
  int status = 0;
  if (pid < 0 || waitpid(pid, &status, 0) != pid)
    return Fail(ErrorCode::kUnavailable, fmt::format("cannot be started: {}", std::strerror(errno)),
                command.front());
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
    return Fail(ErrorCode::kUnavailable, "failed:\n" + LastLines(log), command.front(),
                "the demo needs a working Go 1.19 or newer");
  return {};
}

Result<DemoService> DemoService::Start(const std::vector<std::string>& command, const std::string& log) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0)
    return Fail(ErrorCode::kUnavailable, std::strerror(errno), command.front());
  const pid_t pid = fork();
  if (pid == 0) {
    // A finer heap profile than Go's default, so that a demo of seconds shows what hours show in production.
    setenv("GODEBUG", "memprofilerate=65536", 1);
    Become(command, "", log, ends[1]);
    _exit(127);
  }
  close(ends[1]);
  std::string ready = pid > 0 ? ReadLine(ends[0]) : "";
  close(ends[0]);
  DemoService service(pid, std::move(ready));
  if (!service.ready_.starts_with('{'))
    return Fail(ErrorCode::kUnavailable, "did not come up:\n" + LastLines(log), command.front(),
                "the line above says why");
  return service;
}

DemoService::DemoService(DemoService&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), ready_(std::move(other.ready_)) {}

DemoService::~DemoService() {
  if (pid_ <= 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

std::string DemoService::Field(const std::string& name) const {
  const std::string key = "\"" + name + "\":";
  size_t at = ready_.find(key);
  if (at == std::string::npos) return {};
  at += key.size();
  while (at < ready_.size() && (ready_[at] == ' ' || ready_[at] == '"')) ++at;
  return ready_.substr(at, ready_.find_first_of("\",}", at) - at);
}

Result<std::string> DemoService::Control(const std::string& what) const {
  capture::HttpOptions options;
  SEEP_TRY(const capture::HttpAnswer answer, capture::Get({Field("control") + "/" + what, ""}, options));
  return std::string(answer.body.view());
}

}  // namespace seep::cli

#include "capture/program.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <optional>
#include <utility>

#include "base/text.h"

extern char** environ;

namespace seep::capture {
namespace {

std::unexpected<Error> Unavailable(std::string what) {
  return Fail(ErrorCode::kUnavailable, std::move(what));
}

class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Descriptor() { Close(); }
  void Close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }
  int get() const { return fd_; }

 private:
  int fd_ = -1;
};

struct Pipe {
  Descriptor read, write;
};

Result<Pipe> MakePipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return Unavailable(fmt::format("pipe2: {}", ErrnoText(errno)));
  return Pipe{Descriptor(ends[0]), Descriptor(ends[1])};
}

bool IsExecutable(const std::string& path) {
  struct stat info{};
  return ::stat(path.c_str(), &info) == 0 && !S_ISDIR(info.st_mode) && ::access(path.c_str(), X_OK) == 0;
}

Result<pid_t> Spawn(const std::vector<std::string>& command, int in, int out) {
  SEEP_TRY(const std::string path, FindProgram(command.at(0)));
  std::vector<char*> words;
  for (const std::string& word : command) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
  // A program of ours may ignore SIGPIPE; the other one is to die of it as usual.
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t defaults;
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGPIPE);
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
  pid_t pid = -1;
  const int error = ::posix_spawn(&pid, path.c_str(), &actions, &attributes, words.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (error != 0) return Unavailable(fmt::format("fork/exec {}: {}", path, ErrnoText(error)));
  return pid;
}

// Both ends at once: a program that prints before it has read all must not wait for us, nor we for it.
Result<std::string> Exchange(Descriptor in, Descriptor out, std::string_view input) {
  std::string answer;
  std::array<char, 65536> block{};
  ::fcntl(in.get(), F_SETFL, O_NONBLOCK);
  while (true) {
    if (input.empty()) in.Close();
    std::array<pollfd, 2> waiting{pollfd{out.get(), POLLIN, 0}, pollfd{in.get(), POLLOUT, 0}};
    if (::poll(waiting.data(), in.get() >= 0 ? 2 : 1, -1) < 0) {
      if (errno == EINTR) continue;
      return Unavailable(fmt::format("poll: {}", ErrnoText(errno)));
    }
    if (in.get() >= 0 && waiting[1].revents != 0) {
      const ssize_t n = ::write(in.get(), input.data(), input.size());
      if (n > 0)
        input.remove_prefix(static_cast<size_t>(n));
      else if (n < 0 && errno != EAGAIN && errno != EINTR)
        input = {};  // it reads no further: what it printed and its exit status tell the rest
    }
    if (waiting[0].revents == 0) continue;
    const ssize_t n = ::read(out.get(), block.data(), block.size());
    if (n == 0) return answer;
    if (n > 0) answer.append(block.data(), static_cast<size_t>(n));
    if (n < 0 && errno != EINTR) return Unavailable(fmt::format("read: {}", ErrnoText(errno)));
  }
}

// While we write to it a program may end: that is an error of write(), not the end of us.
class IgnoreBrokenPipes {
 public:
  IgnoreBrokenPipes() { before_ = std::signal(SIGPIPE, SIG_IGN); }
  ~IgnoreBrokenPipes() { std::signal(SIGPIPE, before_); }
  IgnoreBrokenPipes(const IgnoreBrokenPipes&) = delete;
  IgnoreBrokenPipes& operator=(const IgnoreBrokenPipes&) = delete;

 private:
  void (*before_)(int) = SIG_DFL;
};

}  // namespace

Result<std::string> FindProgram(const std::string& name) {
  if (name.find('/') != std::string::npos) {
    if (IsExecutable(name)) return name;
    const int error = ::access(name.c_str(), F_OK) != 0 ? errno : EACCES;
    return Unavailable(fmt::format("fork/exec {}: {}", name, ErrnoText(error)));
  }
  const char* path = std::getenv("PATH");
  for (const std::string_view folder : Split(path == nullptr ? "" : path, ':')) {
    if (folder.empty()) continue;  // the working folder: Go does not run from it either
    std::string file = fmt::format("{}/{}", folder, name);
    if (!name.empty() && IsExecutable(file)) return file;
  }
  return Unavailable(fmt::format("exec: \"{}\": executable file not found in $PATH", name));
}

Result<std::string> RunFilter(const std::vector<std::string>& command, std::string_view input) {
  // The handler is the process's: not to be changed by threads that write nothing.
  std::optional<IgnoreBrokenPipes> ignore;
  if (!input.empty()) ignore.emplace();
  SEEP_TRY(Pipe in, MakePipe());
  SEEP_TRY(Pipe out, MakePipe());
  SEEP_TRY(const pid_t pid, Spawn(command, in.read.get(), out.write.get()));
  in.read.Close();
  out.write.Close();
  auto answer = Exchange(std::move(in.write), std::move(out.read), input);
  SEEP_TRY_VOID(WaitForProgram(pid));
  return answer;
}

Result<pid_t> StartProgram(const std::vector<std::string>& command) {
  const Descriptor nothing(::open("/dev/null", O_RDWR | O_CLOEXEC));
  return Spawn(command, nothing.get(), nothing.get());
}

Status WaitForProgram(pid_t pid) {
  int status = 0;
  pid_t ended = 0;
  do ended = ::waitpid(pid, &status, 0);
  while (ended < 0 && errno == EINTR);
  if (ended != pid) return Unavailable(fmt::format("waitid: {}", ErrnoText(errno)));
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
  if (WIFEXITED(status)) return Unavailable(fmt::format("exit status {}", WEXITSTATUS(status)));
  std::string signal = ::strsignal(WTERMSIG(status));
  signal[0] = static_cast<char>(signal[0] | 0x20);  // "killed", as Go spells it
  return Unavailable("signal: " + signal);
}

}  // namespace seep::capture

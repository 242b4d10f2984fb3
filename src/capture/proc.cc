#include "capture/proc.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <functional>
#include <memory>

#include "base/cursor.h"
#include "base/text.h"
#include "capture/descriptor.h"
#include "capture/keepalive.h"
#include "capture/sock_diag.h"
#include "capture/socket_tables.h"
#include "capture/threads.h"

namespace seep::capture {
namespace {

constexpr size_t kBlock = size_t{1} << 20;
constexpr uint64_t kMaxProcFile = uint64_t{1} << 30;
constexpr size_t kMaxFds = 4'000'000;  // the kernel's own fs.nr_open default is 1,048,576

Error ProcError(const std::string& path, int error, uint64_t pid, const std::string& proc_root) {
  if (error == ENOENT || error == ESRCH) {
    struct stat entry{};
    const std::string folder = fmt::format("{}/{}", proc_root, pid);
    if (stat(folder.c_str(), &entry) != 0) {
      return {ErrorCode::kNotFound, fmt::format("process {} is gone", pid), path, "did the service restart?"};
    }
    return {ErrorCode::kNotFound, "this kernel has no such file", path, {}};
  }
  if (error == EACCES || error == EPERM) {
    struct stat owner{};
    const std::string folder = fmt::format("{}/{}", proc_root, pid);
    const std::string uid = stat(folder.c_str(), &owner) == 0 ? fmt::format(" (uid {})", owner.st_uid) : "";
    return {ErrorCode::kPermission,
            fmt::format("reading it needs the user of process {}{}, or CAP_SYS_PTRACE", pid, uid), path,
            "run seep as that user or as root (sudo)"};
  }
  return {ErrorCode::kUnavailable, std::strerror(error), path, {}};
}

// Without IPv6 there is no tcp6, before Linux 4.14 no smaps_rollup (smaps has its sums): nothing is missing
// then.
bool IsOptional(const std::string& file) {
  return file == "net/tcp6" || file == "smaps_rollup";
}

// The line "btime 1795287733" of /proc/stat: when the host was started, in seconds since 1970. /proc/PID/stat
// counts from there. Empty where there is none.
std::string BootLine(const std::string& proc_root) {
  const auto text = ReadWhole(proc_root + "/stat", kMaxProcFile);
  if (!text.has_value()) return {};
  for (const std::string_view line : Split(*text, '\n'))
    if (line.starts_with("btime ")) return std::string(line) + "\n";
  return {};
}

// `more`: lines to add to what the file holds.
void TakeFile(const CaptureOptions& options, uint64_t pid, const std::string& file, Round& round,
              std::string_view more = {}) {
  const std::string path = fmt::format("{}/{}/{}", options.proc_root, pid, file);
  const Time at = round.Now();
  auto text = ReadWhole(path, std::min(options.max_file, kMaxProcFile));
  if (text.has_value()) {
    text->append(more);
    round.Add("proc/" + file, path, at, Bytes(std::move(*text)));
  } else if (text.error().code == ErrorCode::kTooLarge) {
    round.AddError("proc/" + file, path, at, std::move(text.error()));
  } else {
    const int error = errno;
    if (error == ENOENT && IsOptional(file) && CheckProcess(options.proc_root, pid)) return;
    round.AddError("proc/" + file, path, at, ProcError(path, error, pid, options.proc_root));
  }
}

struct FdList {
  std::string lines;  // "FD LINKTARGET", by number
  std::vector<SocketFd> sockets;
};

// The kernel goes through the numbers as they rise (fs/proc/fd.c proc_readfd_common); other folders do not.
void SortByNumber(FdList& list) {
  std::vector<std::pair<uint64_t, std::string_view>> entries;
  for (const std::string_view line : Split(list.lines, '\n'))
    if (!line.empty()) entries.emplace_back(Cursor(line).Decimal().value_or(0), line);
  std::ranges::sort(entries);
  std::string sorted;
  for (const auto& [number, line] : entries) sorted.append(line).append("\n");
  list.lines = std::move(sorted);
  std::ranges::sort(list.sockets, {}, &SocketFd::fd);
}

Result<FdList> ListFds(const std::string& path, uint64_t pid, const std::string& proc_root) {
  std::unique_ptr<DIR, int (*)(DIR*)> folder(opendir(path.c_str()), closedir);
  if (!folder) return Fail(ProcError(path, errno, pid, proc_root));
  FdList out;
  std::vector<char> target(4096);
  size_t entries = 0;
  uint64_t last = 0;
  bool sorted = true;
  while (const dirent* entry = readdir(folder.get())) {
    Cursor name(entry->d_name);
    const auto number = name.Decimal();
    if (!number || !name.AtEnd()) continue;
    if (++entries > kMaxFds) break;
    const ssize_t length = readlinkat(dirfd(folder.get()), entry->d_name, target.data(), target.size());
    if (length < 0) {
      if (errno == ENOENT) continue;  // closed since
      return Fail(ProcError(path, errno, pid, proc_root));
    }
    sorted = sorted && *number >= last;
    last = *number;
    std::ranges::replace(target.begin(), target.begin() + length, '\n', '?');
    const std::string_view text(target.data(), static_cast<size_t>(length));
    out.lines.append(entry->d_name).append(" ").append(text).append("\n");
    if (Cursor link(text); link.Skip("socket:["))
      out.sockets.push_back({static_cast<int>(*number), link.Decimal().value_or(0)});
  }
  if (!sorted) SortByNumber(out);
  return out;
}

// Where the memory files of a process' cgroup are. /proc/PID/cgroup (man 7 cgroups): "0::/path" is version 2,
// "7:memory:/path" version 1; a path seen from outside its cgroup namespace may begin with "/..".
struct CgroupPlace {
  std::string folder;
  bool version1 = false;
};

bool IsReadable(const std::string& path) {
  return access(path.c_str(), R_OK) == 0;
}

std::optional<CgroupPlace> FindCgroup(const std::string& proc_root, uint64_t pid) {
  const auto text = ReadWhole(fmt::format("{}/{}/cgroup", proc_root, pid), kBlock);
  if (!text.has_value()) return std::nullopt;
  // /proc -> /sys/fs/cgroup, /host/proc -> /host/sys/fs/cgroup
  const std::string mount =
      (std::filesystem::path(proc_root).lexically_normal().parent_path() / "sys/fs/cgroup").string();
  std::optional<CgroupPlace> found;
  for (std::string_view line : Split(*text, '\n')) {
    const auto parts = Split(line, ':');
    if (parts.size() < 3) continue;
    std::string path(line.substr(parts[0].size() + parts[1].size() + 2));
    if (path.starts_with("/..")) path = "/";
    const auto controllers = Split(parts[1], ',');
    const bool version1 = std::ranges::find(controllers, "memory") != controllers.end();
    if (!version1 && !(parts[0] == "0" && parts[1].empty())) continue;
    const std::string file = version1 ? "memory.usage_in_bytes" : "memory.current";
    for (const std::string& base :
         version1 ? std::vector{mount + "/memory"} : std::vector{mount, mount + "/unified"}) {
      // Inside a container the own cgroup is mounted as the root, whatever path /proc says.
      for (const std::string& folder : {base + path, base}) {
        if (IsReadable(folder + "/" + file)) return CgroupPlace{folder, version1};
      }
    }
  }
  return found;
}

// Version 1 writes "no limit" as the largest multiple of the page size (mm/page_counter: PAGE_COUNTER_MAX),
// version 2 "max".
std::string AsVersion2(std::string text) {
  Cursor in(text);
  const auto value = in.Decimal();
  return value && *value >= (uint64_t{1} << 62) ? "max\n" : text;
}

void TakeCgroup(const CaptureOptions& options, uint64_t pid, Round& round) {
  const auto place = FindCgroup(options.proc_root, pid);
  if (!place) return;  // no memory cgroup: nothing is missing
  struct Names {
    const char* name;
    const char* version1;
  };
  constexpr Names kFiles[] = {{"memory.current", "memory.usage_in_bytes"},
                              {"memory.max", "memory.limit_in_bytes"},
                              {"memory.high", nullptr},
                              {"memory.swap.max", nullptr},
                              {"memory.stat", "memory.stat"}};
  for (const Names& file : kFiles) {
    const char* name = place->version1 ? file.version1 : file.name;
    if (name == nullptr) continue;
    const std::string path = place->folder + "/" + name;
    const Time at = round.Now();
    auto text = ReadWhole(path, kBlock);
    if (text.has_value()) {
      round.Add(std::string("proc/cgroup/") + file.name, path, at,
                Bytes(place->version1 ? AsVersion2(std::move(*text)) : std::move(*text)));
    } else if (text.error().code == ErrorCode::kPermission) {
      round.AddError(std::string("proc/cgroup/") + file.name, path, at, std::move(text.error()));
    }
  }
}

// Sockets are those of the namespace the target lives in, which may be another than seep's.
void TakeTcp(const CaptureOptions& options, uint64_t pid, const std::function<Result<Bytes>(uint64_t)>& dump,
             Round& round) {
  const std::string path = fmt::format("{}/{}/ns/net", options.proc_root, pid);
  const Time at = round.Now();
  auto bytes = dump(std::min(options.max_file, kMaxProcFile));
  if (bytes.has_value()) return round.Add("net/sock_diag", path, at, std::move(*bytes));
  // No namespace is named: what is missing is said by the files below.
  if (bytes.error().code != ErrorCode::kNotFound)
    round.AddError("net/sock_diag", path, at, std::move(bytes.error()));
  TakeFile(options, pid, "net/tcp", round);
  TakeFile(options, pid, "net/tcp6", round);
}

// Enough that each group of connections is met, cheap enough for every round: 5 ms.
constexpr size_t kKeepaliveSample = 256;

void TakeKeepalive(const CaptureOptions& options, uint64_t pid, const std::vector<SocketFd>& sockets,
                   Round& round) {
  const std::string path = fmt::format("{}/{}/fd", options.proc_root, pid);
  const Time at = round.Now();
  auto lines = SampleKeepalive(options.proc_root, pid, sockets, kKeepaliveSample);
  if (lines.has_value())
    round.Add("net/keepalive", path, at, Bytes(std::move(*lines)));
  else if (lines.error().code == ErrorCode::kPermission)  // else: an older kernel, or gone, which others say
    round.AddError("net/keepalive", path, at, std::move(lines.error()));
}

void TakeAllSockets(const CaptureOptions& options, uint64_t pid, SocketTables* tables, Round& round) {
  const std::string path = fmt::format("{}/{}/fd", options.proc_root, pid);
  const Time at = round.Now();
  auto list = ListFds(path, pid, options.proc_root);
  const std::vector<SocketFd> own = list.has_value() ? std::move(list->sockets) : std::vector<SocketFd>{};
  if (list.has_value()) {
    round.Add("proc/fd", path, at, Bytes(std::move(list->lines)));
  } else {
    round.AddError("proc/fd", path, at, std::move(list.error()));
  }
  TakeTcp(
      options, pid,
      [&](uint64_t limit) {
        return tables == nullptr ? DumpSockets(options.proc_root, pid, limit)
                                 : tables->Of(options.proc_root, pid, own, limit);
      },
      round);
  if (!own.empty()) TakeKeepalive(options, pid, own, round);
}

}  // namespace

Result<std::string> ReadWhole(const std::string& path, uint64_t limit) {
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  auto failed = [&] {
    const int error = errno;
    const ErrorCode code = error == ENOENT || error == ESRCH   ? ErrorCode::kNotFound
                           : error == EACCES || error == EPERM ? ErrorCode::kPermission
                                                               : ErrorCode::kUnavailable;
    auto result = Fail(code, std::strerror(error), path);
    errno = error;  // ProcError says more from it
    return result;
  };
  if (file.get() < 0) return failed();
  std::string text;
  const auto block = std::make_unique_for_overwrite<char[]>(kBlock);
  while (true) {
    const ssize_t got = read(file.get(), block.get(), kBlock);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failed();
    if (got == 0) return text;
    if (static_cast<uint64_t>(got) > limit - text.size()) {
      return Fail(ErrorCode::kTooLarge, "longer than " + FormatBytes(static_cast<double>(limit)), path,
                  "--max-file raises the limit");
    }
    text.append(block.get(), static_cast<size_t>(got));
  }
}

Status CheckProcess(const std::string& proc_root, uint64_t pid) {
  struct stat entry{};
  const std::string folder = fmt::format("{}/{}", proc_root, pid);
  if (stat(folder.c_str(), &entry) == 0) return {};
  if (errno == ENOENT) {
    return Fail(ErrorCode::kNotFound, fmt::format("no process {} on this host", pid), folder,
                "in a container the pid inside differs from the one outside; pgrep -a NAME lists them");
  }
  return Fail(ErrorCode::kPermission, std::strerror(errno), folder);
}

std::vector<uint64_t> Processes(const std::string& proc_root) {
  std::vector<uint64_t> pids;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(proc_root, error)) {
    const std::string name = entry.path().filename().string();
    Cursor in(name);
    const auto pid = in.Decimal();
    if (pid && in.AtEnd() && *pid != static_cast<uint64_t>(::getpid())) pids.push_back(*pid);
  }
  std::ranges::sort(pids);
  return pids;
}

void TakeSockets(const CaptureOptions& options, uint64_t pid, Round& round) {
  TakeAllSockets(options, pid, nullptr, round);
}

void TakeSockets(const CaptureOptions& options, uint64_t pid, SocketTables& tables, Round& round) {
  TakeAllSockets(options, pid, &tables, round);
}

void TakeMemory(const CaptureOptions& options, uint64_t pid, Round& round) {
  const Time at = round.Now();
  // Where it fails the files below say why.
  if (auto threads = ListThreads(options.proc_root, pid))
    round.Add("proc/threads", fmt::format("{}/{}/task", options.proc_root, pid), at,
              Bytes(std::move(*threads)));
  TakeFile(options, pid, "status", round);
  TakeFile(options, pid, "stat", round, BootLine(options.proc_root));
  TakeFile(options, pid, "smaps_rollup", round);
  TakeCgroup(options, pid, round);
  for (const char* file : {"limits", "smaps"}) TakeFile(options, pid, file, round);
}

std::string FileOfProcess(const std::string& proc_root, uint64_t pid, const std::string& path) {
  namespace fs = std::filesystem;
  const std::string process = fmt::format("{}/{}", proc_root, pid);
  std::error_code error;
  if (fs::read_symlink(process + "/exe", error).string() == path) return process + "/exe";
  std::string in_its_root = process + "/root" + path;
  const bool same = fs::equivalent(in_its_root, path, error);
  return same || !fs::exists(in_its_root, error) ? path : in_its_root;
}

}  // namespace seep::capture

#include "capture/process_memory.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <ctime>

#include "base/cursor.h"
#include "base/text.h"
#include "capture/files.h"
#include "capture/proc.h"

namespace seep::capture {
namespace {

constexpr size_t kBatch = 1024;                       // IOV_MAX (include/uapi/linux/uio.h UIO_MAXIOV)
constexpr uint64_t kMapsLimit = uint64_t{256} << 20;  // a million mappings take 100 MB

// A line of /proc/PID/maps (fs/proc/task_mmu.c show_map_vma): "begin-end rwxp offset major:minor inode path".
std::optional<model::MemoryRange> ParseRange(std::string_view line) {
  Cursor in(line);
  model::MemoryRange range;
  const auto begin = in.Hex();
  if (!begin || !in.Skip('-')) return std::nullopt;
  const auto end = in.Hex();
  in.SkipSpaces();
  const std::string_view rights = in.Word();
  in.SkipSpaces();
  const auto offset = in.Hex();
  if (!end || *end <= *begin || rights.size() < 4 || !offset) return std::nullopt;
  in.SkipSpaces();
  in.Word();
  in.SkipSpaces();
  in.Word();
  in.SkipSpaces();
  range.begin = *begin;
  range.end = *end;
  range.offset = *offset;
  range.readable = rights[0] == 'r';
  range.writable = rights[1] == 'w';
  range.executable = rights[2] == 'x';
  range.path = std::string(in.Rest());
  return range;
}

std::string StatusField(const std::string& proc, std::string_view name) {
  const auto status = ReadWhole(proc + "/status", 1 << 16);
  if (!status) return {};
  Cursor in(*status);
  while (!in.AtEnd()) {
    Cursor line(in.Line());
    if (line.Skip(name) && line.Skip(':')) return std::string(Trim(line.Rest()));
  }
  return {};
}

// Fields 22 and 28 of /proc/PID/stat: when the process began, in clock ticks since boot, and where the stack
// of its program begins, which every exec(2) chooses anew (0 once it has ended). Field 2 may hold anything.
std::string StartAndStack(const std::string& proc) {
  const auto stat = ReadWhole(proc + "/stat", 1 << 16);
  if (!stat) return {};
  const size_t close = stat->rfind(')');
  if (close == std::string::npos) return {};
  Cursor in(std::string_view(*stat).substr(close + 1));
  std::string found;
  for (int field = 3; field <= 28; ++field) {
    in.SkipSpaces();
    const std::string_view word = in.Word();
    if (field == 22) found = word;
    if (field == 28) found += word == "0" || word.empty() ? "" : fmt::format(" {}", word);
  }
  return found;
}

std::string LinkTarget(const std::string& path) {
  std::array<char, 4096> target;
  const ssize_t n = ::readlink(path.c_str(), target.data(), target.size());
  return n < 0 ? std::string() : std::string(target.data(), static_cast<size_t>(n));
}

std::string Identity(const std::string& proc) {
  const std::string program = LinkTarget(proc + "/exe");
  return program.empty() ? "" : StartAndStack(proc) + " " + program;
}

}  // namespace

Error ExplainDenied(const std::string& proc_root, uint64_t pid) {
  const std::string proc = fmt::format("{}/{}", proc_root, pid);
  const auto error = [&](std::string what, std::string hint) {
    return Error{ErrorCode::kPermission, std::move(what), fmt::format("pid {}", pid), std::move(hint)};
  };
  constexpr std::string_view kAsRoot =
      "run seep as root, or give it the capability: setcap cap_sys_ptrace+ep seep";
  const auto scope = ReadWhole("/proc/sys/kernel/yama/ptrace_scope", 64);
  const std::string_view level = scope ? Trim(*scope) : "0";
  const std::string uid = StatusField(proc, "Uid");
  const std::string theirs(Cursor(uid).Word());
  const std::string ours = std::to_string(::geteuid());
  if (level == "3")
    return error(
        "its memory may not be read: Yama's kernel.yama.ptrace_scope is 3, which forbids it to everyone",
        "nothing but a reboot with a lower kernel.yama.ptrace_scope changes that; use its pprof endpoint");
  if (ours == "0")
    return error("its memory may not be read although seep runs as root: CAP_SYS_PTRACE is missing",
                 "in a container: add the capability SYS_PTRACE (Kubernetes: kubectl debug "
                 "--profile=general; docker run "
                 "--cap-add SYS_PTRACE)");
  if (theirs != ours)
    return error(fmt::format("its memory may not be read: it runs as user {}, seep as {}", theirs, ours),
                 fmt::format("run seep as user {}, or {}", theirs, kAsRoot));
  if (level == "1" || level == "2")
    return error(
        fmt::format("its memory may not be read: Yama's kernel.yama.ptrace_scope is {}, which allows it {}",
                    level, level == "1" ? "to parents only" : "to CAP_SYS_PTRACE only"),
        std::string(kAsRoot));
  return error(
      "its memory may not be read: the process is not dumpable (it has file capabilities, changed its user, "
      "or "
      "may not read its own executable)",
      std::string(kAsRoot));
}

Result<std::unique_ptr<ProcessMemory>> ProcessMemory::Open(const std::string& proc_root, uint64_t pid) {
  SEEP_TRY_VOID(CheckProcess(proc_root, pid));
  std::unique_ptr<ProcessMemory> memory(new ProcessMemory(fmt::format("{}/{}", proc_root, pid), pid));
  memory->identity_ = Identity(memory->proc_);
  auto opened = memory->ReadRanges();
  if (opened) opened = memory->ReadProbe();
  if (!opened && opened.error().code == ErrorCode::kPermission)
    return std::unexpected(ExplainDenied(proc_root, pid));
  if (!opened) return std::unexpected(opened.error());
  return memory;
}

ProcessMemory::~ProcessMemory() {
  if (mem_ >= 0) ::close(mem_);
}

Status ProcessMemory::ReadRanges() {
  SEEP_TRY(const std::string maps, ReadWhole(proc_ + "/maps", kMapsLimit));
  Cursor in(maps);
  while (!in.AtEnd()) {
    auto range = ParseRange(in.Line());
    // The kernel renders the file piece by piece while mappings change: one seen twice is taken once.
    if (range && (ranges_.empty() || range->begin >= ranges_.back().end))
      ranges_.push_back(std::move(*range));
  }
  if (ranges_.empty())
    return Fail(ErrorCode::kNotFound, "it has no memory: it has exited, or is a kernel thread",
                fmt::format("pid {}", pid_));
  return {};
}

// Whether a word of it can be read at all, and by which of the two ways.
Status ProcessMemory::ReadProbe() {
  const auto readable = std::ranges::find_if(ranges_, &model::MemoryRange::readable);
  if (readable == ranges_.end()) return Fail(ErrorCode::kPermission, "no readable memory");
  char word[8];
  if (ReadInto(readable->begin, word)) return {};
  mem_ = ::open((proc_ + "/mem").c_str(), O_RDONLY | O_CLOEXEC);
  if (mem_ >= 0 && ReadInto(readable->begin, word)) return {};
  return Fail(ErrorCode::kPermission, "its memory may not be read");
}

void ProcessMemory::Read(std::span<model::ReadPart> parts) const {
  for (size_t i = 0; i < parts.size();) {
    if (mem_ >= 0) {
      parts[i].ok = ReadMem(parts[i]);
      ++i;
      continue;
    }
    const size_t done = ReadBatch(parts.subspan(i, std::min(kBatch, parts.size() - i)));
    i += done;
    // The part that stopped the batch is not there; the next call begins behind it.
    if (i < parts.size() && done < kBatch) parts[i++].ok = false;
  }
}

// Parts read whole from the beginning of `parts` on.
size_t ProcessMemory::ReadBatch(std::span<model::ReadPart> parts) const {
  std::array<iovec, kBatch> local, remote;
  for (size_t i = 0; i < parts.size(); ++i) {
    local[i] = {parts[i].to.data(), parts[i].to.size()};
    // An address of another process: never dereferenced here.
    remote[i] = {reinterpret_cast<void*>(parts[i].address),
                 parts[i].to.size()};  // NOLINT(performance-no-int-to-ptr)
  }
  ssize_t got = ::process_vm_readv(static_cast<pid_t>(pid_), local.data(), parts.size(), remote.data(),
                                   parts.size(), 0);
  size_t done = 0;
  for (; done < parts.size() && got >= static_cast<ssize_t>(parts[done].to.size()); ++done) {
    got -= static_cast<ssize_t>(parts[done].to.size());
    parts[done].ok = true;
  }
  return done;
}

bool ProcessMemory::ReadMem(model::ReadPart& part) const {
  size_t done = 0;
  while (done < part.to.size()) {
    const ssize_t n =
        ::pread(mem_, part.to.data() + done, part.to.size() - done, static_cast<off_t>(part.address + done));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    done += static_cast<size_t>(n);
  }
  return true;
}

bool ProcessMemory::Replaced() const {
  const std::string now = Identity(proc_);
  return !now.empty() && now != identity_;
}

uint64_t ProcessMemory::Nanotime() const {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  int64_t seconds = now.tv_sec, nanoseconds = now.tv_nsec;
  // "monotonic SECONDS NANOSECONDS", in both namespaces relative to the machine's own clock.
  const auto add = [&](const std::string& path, int64_t sign) {
    const auto offsets = ReadWhole(path, 4096);
    if (!offsets) return;
    Cursor lines(*offsets);
    while (!lines.AtEnd()) {
      Cursor line(lines.Line());
      if (!line.Skip("monotonic")) continue;
      std::array<int64_t, 2> values{};
      for (int64_t& value : values) {
        line.SkipSpaces();
        const bool negative = line.Skip('-');
        value = static_cast<int64_t>(line.Decimal().value_or(0)) * (negative ? -1 : 1);
      }
      seconds += sign * values[0];
      nanoseconds += sign * values[1];
    }
  };
  add("/proc/self/timens_offsets", -1);
  add(proc_ + "/timens_offsets", 1);
  return static_cast<uint64_t>(seconds * 1'000'000'000 + nanoseconds);
}

Result<Bytes> ProcessMemory::Executable(uint64_t max_file) const {
  return ReadFile(proc_ + "/exe", max_file);
}

}  // namespace seep::capture

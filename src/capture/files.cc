#include "capture/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "base/text.h"
#include "capture/bundle.h"
#include "capture/proc.h"
#include "capture/script_output.h"

namespace seep::capture {
namespace {

// Smaller files are read: one that is truncated while it is mapped (a log that is rotated) would end us with
// SIGBUS. Larger ones are core files: not worth the memory, and nobody cuts them.
constexpr uint64_t kMapFrom = uint64_t{2} << 30;
constexpr uint64_t kReadInOnePieceFrom = uint64_t{1} << 20;

Error PathError(const std::string& path, int error) {
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return {ErrorCode::kNotFound, "no such file or folder", path, "is the path right?"};
    case EACCES:
    case EPERM:
      return {ErrorCode::kPermission, "no permission to read it", path,
              "ls -l shows whose it is; chmod, or run as that user"};
    default:
      return {ErrorCode::kUnavailable, std::strerror(error), path, {}};
  }
}

// Memory for the file, page by page only as it is filled; null if there is none. Not in huge pages: zeroing
// them took four times as long as the copy itself (780 MB: 1.7 s of system time instead of 0.4).
std::shared_ptr<char> Room(uint64_t size) {
  void* begin =
      mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (begin == MAP_FAILED) return nullptr;
  return {static_cast<char*>(begin), [size](char* p) { munmap(p, size); }};
}

// `size` bytes, or as many as there still are: the file may be cut meanwhile.
Result<Bytes> ReadSized(int fd, const std::string& path, uint64_t size) {
  std::shared_ptr<char> room = Room(size);
  if (!room) return Fail(PathError(path, errno));
  uint64_t done = 0;
  while (done < size) {
    const ssize_t n = pread(fd, room.get() + done, size - done, static_cast<off_t>(done));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return Fail(PathError(path, errno));
    if (n == 0) break;
    done += static_cast<uint64_t>(n);
  }
  const std::string_view view(room.get(), done);
  return Bytes(std::move(room), view);
}

Result<Bytes> MapFile(int fd, const std::string& path, uint64_t size) {
  void* begin = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
  if (begin == MAP_FAILED) return Fail(PathError(path, errno));
  std::shared_ptr<const void> owner(begin, [size](const void* p) { munmap(const_cast<void*>(p), size); });
  return Bytes(std::move(owner), {static_cast<const char*>(begin), size});
}

Result<Bytes> TakeLargeFile(const std::string& path, uint64_t size) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return Fail(PathError(path, errno));
  auto bytes = size >= kMapFrom ? MapFile(fd, path, size) : ReadSized(fd, path, size);
  close(fd);
  return bytes;
}

std::optional<Time> Modified(const struct stat& entry) {
  return FromUnixNanos(int64_t{entry.st_mtim.tv_sec} * 1'000'000'000 + entry.st_mtim.tv_nsec);
}

int LastRound(const Captured& captured) {
  int last = -1;
  for (const model::Artifact& a : captured.artifacts) last = std::max(last, a.round);
  return last;
}

// A second bundle of the same process continues the rounds of the first: equal numbers would mean one moment.
void Append(Captured more, Captured& out) {
  const int offset = LastRound(out) + 1;
  int package = 1;
  for (const model::Artifact& a : out.artifacts) package = std::max(package, a.package + 1);
  for (model::Artifact& artifact : more.artifacts) {
    artifact.package = package;
    if (artifact.round >= 0) artifact.round += offset;
    out.artifacts.push_back(std::move(artifact));
  }
  for (model::Gap& gap : more.gaps) out.gaps.push_back(std::move(gap));
}

Status TakeFile(const std::string& path, const CaptureOptions& options, Captured& out) {
  SEEP_TRY(Bytes bytes, ReadFile(path, options.max_file));
  if (bytes.view().starts_with("seep-bundle ")) {
    SEEP_TRY(Captured members, ReadBundle(bytes, options, path));
    Append(std::move(members), out);
    return {};
  }
  if (IsScriptOutput(bytes.view())) {
    SEEP_TRY(Captured pieces, ReadScriptOutput(bytes, options, path));
    Append(std::move(pieces), out);
    return {};
  }
  model::Artifact artifact;
  artifact.name = path == "-" ? "stdin" : std::filesystem::path(path).filename().string();
  artifact.source = path == "-" ? "standard input" : path;
  struct stat entry{};
  if (path != "-" && stat(path.c_str(), &entry) == 0 && S_ISREG(entry.st_mode))
    artifact.modified = Modified(entry);
  if (bytes.empty()) {
    artifact.error = Error{ErrorCode::kBadInput, "the file is empty", artifact.source,
                           "did the transfer fail? fetch it again"};
  }
  artifact.bytes = std::move(bytes);
  out.artifacts.push_back(std::move(artifact));
  return {};
}

// Errors of single files inside a folder do not end the walk.
void TakeFolderFile(const std::string& path, const CaptureOptions& options, Captured& out) {
  auto status = TakeFile(path, options, out);
  if (status.has_value()) return;
  model::Artifact artifact;
  artifact.name = std::filesystem::path(path).filename().string();
  artifact.source = path;
  artifact.error = std::move(status.error());
  out.artifacts.push_back(std::move(artifact));
}

// What taking the file will cost: nothing where it is mapped or refused.
uint64_t SizeInMemory(const std::string& path, const CaptureOptions& options) {
  struct stat entry{};
  if (stat(path.c_str(), &entry) != 0) return 0;
  const auto size = static_cast<uint64_t>(entry.st_size);
  return size >= kMapFrom || size > options.max_file ? 0 : size;
}

Status TakeFolder(const std::string& path, const CaptureOptions& options, Captured& out) {
  std::vector<std::string> files;
  std::error_code error;
  using Walk = std::filesystem::recursive_directory_iterator;
  Walk walk(path, std::filesystem::directory_options::skip_permission_denied, error);
  if (error) return Fail(PathError(path, error.value()));
  bool cut = false;
  for (; !error && walk != Walk(); walk.increment(error)) {
    if (walk->path().filename().string().starts_with('.')) {
      walk.disable_recursion_pending();
      continue;
    }
    std::error_code ignored;
    if (!walk->is_regular_file(ignored)) continue;  // follows links to files; fifos and devices would block
    if (files.size() == options.max_files) {
      cut = true;
      break;
    }
    files.push_back(walk->path().string());
  }
  std::ranges::sort(files);
  uint64_t left = options.max_folder;
  uint64_t too_much = 0;
  for (const std::string& file : files) {
    const uint64_t size = SizeInMemory(file, options);
    if (size > left) {
      ++too_much;
      continue;
    }
    left -= size;
    TakeFolderFile(file, options, out);
  }
  if (too_much != 0) {
    out.gaps.push_back({fmt::format("{} of {}", Plural(too_much, "file"), path),
                        fmt::format("with them the folder's files would be more than the {} allowed",
                                    FormatBytes(static_cast<double>(options.max_folder))),
                        "--max-folder raises the limit; name the files wanted"});
  }
  if (error) out.gaps.push_back({"the rest of " + path, error.message(), "check the folder's permissions"});
  if (cut) {
    out.gaps.push_back({"the rest of " + path,
                        fmt::format("the folder holds more than {}", Plural(options.max_files, "file")),
                        "--max-files raises the limit; name the files wanted"});
  }
  if (files.empty())
    return Fail(ErrorCode::kNotFound, "expected files of evidence, found none in this folder", path,
                "files whose names begin with a dot, pipes and devices are left out");
  return {};
}

}  // namespace

Result<std::string> ReadHead(const std::string& path, size_t bytes) {
  struct stat entry{};
  if (stat(path.c_str(), &entry) != 0) return Fail(PathError(path, errno));
  if (!S_ISREG(entry.st_mode)) return std::string();
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return Fail(PathError(path, errno));
  std::string head(bytes, '\0');
  const ssize_t n = read(fd, head.data(), head.size());
  const int error = errno;
  close(fd);
  if (n < 0) return Fail(PathError(path, error));
  head.resize(static_cast<size_t>(n));
  return head;
}

std::optional<Time> FileTime(const std::string& path) {
  struct stat entry{};
  if (stat(path.c_str(), &entry) != 0 || !S_ISREG(entry.st_mode)) return std::nullopt;
  return Modified(entry);
}

Result<Bytes> ReadFile(const std::string& path, uint64_t max_file) {
  const std::string real = path == "-" ? "/dev/stdin" : path;
  struct stat entry{};
  if (stat(real.c_str(), &entry) != 0) return Fail(PathError(path, errno));
  // /dev/zero has no end, and a disk is no evidence; standard input under any of its names may be a device.
  const bool input = path == "-" || path == "/dev/stdin" || path.starts_with("/dev/fd/") ||
                     path.starts_with("/proc/self/fd/");
  if (!input && (S_ISCHR(entry.st_mode) || S_ISBLK(entry.st_mode))) {
    return Fail(ErrorCode::kUsage, "expected a file of evidence, found a device", path,
                "name a file, or - for standard input");
  }
  if (S_ISREG(entry.st_mode)) {
    const auto size = static_cast<uint64_t>(entry.st_size);
    if (size > max_file) {
      return Fail(
          ErrorCode::kTooLarge,
          fmt::format("the file has {}, more than the {} allowed", FormatBytes(static_cast<double>(size)),
                      FormatBytes(static_cast<double>(max_file))),
          path, "--max-file raises the limit");
    }
    if (size >= kReadInOnePieceFrom && path != "-") return TakeLargeFile(real, size);
  }
  auto text = ReadWhole(real, max_file);
  if (text.has_value()) return Bytes(std::move(*text));
  if (text.error().code == ErrorCode::kTooLarge) return Fail(std::move(text.error()));
  return Fail(PathError(path, errno));
}

Status TakePath(const std::string& path, const CaptureOptions& options, Captured& out) {
  std::error_code ignored;
  if (path != "-" && std::filesystem::is_directory(path, ignored)) return TakeFolder(path, options, out);
  return TakeFile(path, options, out);
}

}  // namespace seep::capture

#include "capture/threads.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <memory>
#include <vector>

#include "base/cursor.h"
#include "base/text.h"
#include "capture/descriptor.h"

namespace seep::capture {
namespace {

constexpr size_t kMostThreads = 16'384;
constexpr int kTries = 3;  // of a thread that runs

// The first bytes of a small file of the thread; "" where it cannot be read.
std::string ReadSmall(int folder, const std::string& path) {
  const Descriptor file(openat(folder, path.c_str(), O_RDONLY | O_CLOEXEC));
  std::array<char, 512> bytes;
  const ssize_t got = file.get() < 0 ? -1 : read(file.get(), bytes.data(), bytes.size());
  return got <= 0 ? std::string() : std::string(Trim({bytes.data(), static_cast<size_t>(got)}));
}

// /proc/PID/task/TID/syscall (fs/proc/base.c proc_pid_syscall): "202 0x... 0x... SP PC", with six arguments
// or none, or "running".
std::optional<uint64_t> StackPointer(int folder, uint64_t id) {
  const std::string path = fmt::format("{}/syscall", id);
  for (int i = 0; i < kTries; ++i) {
    const std::string text = ReadSmall(folder, path);
    const auto words = Split(text, ' ');
    if (words.size() >= 3) return Cursor(words[words.size() - 2]).Hex();
    if (text != "running") break;
  }
  return std::nullopt;
}

}  // namespace

Result<std::string> ListThreads(const std::string& proc_root, uint64_t pid) {
  const std::string path = fmt::format("{}/{}/task", proc_root, pid);
  std::unique_ptr<DIR, int (*)(DIR*)> folder(opendir(path.c_str()), closedir);
  if (!folder)
    return Fail(ErrorCode::kUnavailable, "its threads cannot be listed", path, "is it still running?");
  std::vector<uint64_t> ids;
  while (const dirent* entry = readdir(folder.get())) {
    Cursor name(entry->d_name);
    const auto id = name.Decimal();
    if (id && name.AtEnd() && ids.size() < kMostThreads) ids.push_back(*id);
  }
  std::ranges::sort(ids);
  std::string text = "# seep threads 1\n";
  for (const uint64_t id : ids) {
    std::string name = ReadSmall(dirfd(folder.get()), fmt::format("{}/comm", id));
    std::ranges::replace(name, '\n', ' ');
    const auto sp = StackPointer(dirfd(folder.get()), id);
    text += sp ? fmt::format("{} {:x} {}\n", id, *sp, name) : fmt::format("{} - {}\n", id, name);
  }
  return text;
}

}  // namespace seep::capture

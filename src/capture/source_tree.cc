#include "capture/source_tree.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "base/text.h"

namespace seep::capture {
namespace {

namespace fs = std::filesystem;

// A regular file of at most so many bytes.
Result<std::string> ReadText(const std::string& path, uint64_t most) {
  // Not blocking: somebody may have put a pipe there.
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return Fail(ErrorCode::kUnavailable, ErrnoText(errno), path);
  struct stat info{};
  const bool known = ::fstat(fd, &info) == 0 && S_ISREG(info.st_mode);
  if (!known || static_cast<uint64_t>(info.st_size) > most) {
    ::close(fd);
    if (!known) return Fail(ErrorCode::kUnsupported, "is no regular file", path);
    return Fail(ErrorCode::kTooLarge,
                fmt::format("is {}, larger than {}", FormatBytes(static_cast<double>(info.st_size)),
                            FormatBytes(static_cast<double>(most))),
                path, "--max-source takes larger ones");
  }
  std::string text(static_cast<size_t>(info.st_size), '\0');
  size_t done = 0;
  while (done < text.size()) {
    const ssize_t n = ::read(fd, text.data() + done, text.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      const int error = errno;
      ::close(fd);
      return Fail(ErrorCode::kUnavailable, ErrnoText(error), path);
    }
    if (n == 0) break;  // it was cut meanwhile
    done += static_cast<size_t>(n);
  }
  ::close(fd);
  text.resize(done);
  return text;
}

bool IsFolderToRead(std::string_view name, const SourceLimits& limits) {
  if (name.starts_with('.') || name.starts_with('_') || name == "testdata" || name == "node_modules")
    return false;
  return limits.vendored || name != "vendor";
}

bool IsSource(std::string_view name, const SourceLimits& limits) {
  if (!name.ends_with(".go") || name.starts_with('.') || name.starts_with('_')) return false;
  return limits.tests || !name.ends_with("_test.go");
}

class Walk {
 public:
  Walk(SourceTree& tree, const SourceLimits& limits) : tree_(tree), limits_(limits) {}

  // `below`: the path from the folder, "" or ending in '/'.
  void Folder(const std::string& below) {
    std::error_code error;
    std::vector<std::string> folders;
    const fs::directory_iterator entries(tree_.folder + "/" + below, error);
    if (error) {
      tree_.gaps.push_back({below.empty() ? tree_.folder : below, ErrnoText(error.value()), ""});
      return;
    }
    for (auto entry = begin(entries); entry != end(entries) && !full_; entry.increment(error)) {
      const std::string name = entry->path().filename().string();
      std::error_code ignored;
      if (entry->is_directory(ignored) && !entry->is_symlink(ignored)) {
        if (IsFolderToRead(name, limits_)) folders.push_back(below + name + "/");
      } else if (IsSource(name, limits_)) {
        File(below + name, tree_.files);
      } else if (name == "go.mod") {
        File(below + name, tree_.modules);
      }
      if (error) break;
    }
    std::ranges::sort(folders);
    for (const std::string& folder : folders)
      if (!full_) Folder(folder);
  }

 private:
  void File(const std::string& path, std::vector<SourceText>& into) {
    auto text = ReadText(tree_.folder + "/" + path, limits_.max_file);
    if (!text) {
      tree_.gaps.push_back({path, text.error().what, text.error().hint});
      return;
    }
    bytes_ += text->size();
    if (bytes_ > limits_.max_bytes || into.size() >= limits_.max_files) {
      full_ = true;
      tree_.gaps.push_back({path + " and what comes after it",
                            fmt::format("{} of source are read, and {} at most",
                                        FormatBytes(static_cast<double>(limits_.max_bytes)),
                                        Plural(limits_.max_files, "file")),
                            "scan its folders one by one"});
      return;
    }
    into.push_back({path, std::move(*text)});
  }

  SourceTree& tree_;
  const SourceLimits& limits_;
  uint64_t bytes_ = 0;
  bool full_ = false;
};

}  // namespace

Result<SourceTree> ReadSourceTree(const std::string& folder, const SourceLimits& limits) {
  std::error_code error;
  const fs::path absolute = fs::canonical(folder, error);
  if (error)
    return Fail(ErrorCode::kNotFound, ErrnoText(error.value()), folder, "name a folder with Go source");
  if (!fs::is_directory(absolute, error))
    return Fail(ErrorCode::kUsage, "is no folder", folder, "name the folder the file lies in");
  SourceTree tree;
  tree.folder = absolute.string();
  Walk(tree, limits).Folder("");
  std::ranges::sort(tree.files, {}, &SourceText::path);
  std::ranges::sort(tree.modules, {}, &SourceText::path);
  if (!tree.modules.empty() && tree.modules.front().path == "go.mod") return tree;
  tree.outer_module = NearestFile(absolute.parent_path().string(), "go.mod", limits);
  return tree;
}

std::vector<SourceText> ReadPackageFolder(const std::string& folder, const SourceLimits& limits,
                                          const std::function<bool(std::string_view name)>& wants) {
  std::vector<SourceText> files;
  std::error_code error;
  const fs::directory_iterator entries(folder, error);
  if (error) return files;
  SourceLimits no_tests = limits;
  no_tests.tests = false;
  for (auto entry = begin(entries); entry != end(entries) && files.size() < limits.max_files;
       entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (IsSource(name, no_tests) && wants(name)) {
      if (auto text = ReadText(folder + "/" + name, limits.max_file))
        files.push_back({folder + "/" + name, std::move(*text)});
    }
    if (error) break;
  }
  std::ranges::sort(files, {}, &SourceText::path);
  return files;
}

std::string ReadSourceFile(const std::string& path, const SourceLimits& limits) {
  return ReadText(path, limits.max_file).value_or("");
}

SourceText NearestFile(const std::string& folder, const std::string& name, const SourceLimits& limits) {
  for (fs::path above = folder;; above = above.parent_path()) {
    const std::string path = (above / name).string();
    if (auto text = ReadText(path, limits.max_file)) return {path, std::move(*text)};
    if (above == above.parent_path()) return {};
  }
}

std::string GoModuleCache() {
  const auto variable = [](const char* name) {
    const char* value = std::getenv(name);
    return std::string(value == nullptr ? "" : value);
  };
  if (std::string cache = variable("GOMODCACHE"); !cache.empty()) return cache;
  std::string path = variable("GOPATH");
  path = path.substr(0, path.find(':'));
  if (path.empty() && !variable("HOME").empty()) path = variable("HOME") + "/go";
  return path.empty() ? "" : path + "/pkg/mod";
}

Status ReplaceFile(const std::string& path, std::string_view bytes) {
  const auto failed = [&](std::string_view what, int error) {
    return Fail(error == EACCES || error == EPERM || error == EROFS ? ErrorCode::kPermission
                                                                    : ErrorCode::kUnavailable,
                fmt::format("{}: {}; the file is as it was", what, ErrnoText(error)), path);
  };
  // Through a link to the file itself: the link stays one.
  std::error_code error;
  const std::string target = fs::canonical(path, error).string();
  if (error) return failed("cannot be found", error.value());
  struct stat info{};
  if (::stat(target.c_str(), &info) != 0) return failed("cannot be read", errno);
  std::string beside = target + ".seep-XXXXXX";
  const int fd = ::mkostemp(beside.data(), O_CLOEXEC);
  if (fd < 0) return failed("nothing can be written beside it", errno);
  int wrong = 0;
  while (!bytes.empty() && wrong == 0) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n >= 0)
      bytes.remove_prefix(static_cast<size_t>(n));
    else if (errno != EINTR)
      wrong = errno;
  }
  if (wrong == 0 && ::fchmod(fd, info.st_mode & 07777) != 0) wrong = errno;
  if (wrong == 0 && ::fsync(fd) != 0) wrong = errno;
  if (::close(fd) != 0 && wrong == 0) wrong = errno;
  if (wrong == 0 && ::rename(beside.c_str(), target.c_str()) != 0) wrong = errno;
  if (wrong == 0) return {};
  ::unlink(beside.c_str());
  return failed("cannot be written", wrong);
}

}  // namespace seep::capture

#include "capture/new_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "base/text.h"

namespace seep::capture {
namespace {

constexpr int kNumbers = 10000;

std::unexpected<Error> SystemError(std::string_view call, std::string_view path, int error) {
  const bool refused = error == EACCES || error == EPERM || error == EROFS;
  return Fail(refused ? ErrorCode::kPermission : ErrorCode::kUnavailable,
              fmt::format("{} {}: {}", call, path, ErrnoText(error)));
}

Status WriteAndClose(int fd, const std::string& path, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      const int error = errno;
      ::close(fd);
      return SystemError("write", path, error);
    }
    bytes.remove_prefix(static_cast<size_t>(n));
  }
  if (::close(fd) != 0) return SystemError("close", path, errno);
  return {};
}

}  // namespace

Result<NewFile> MakeNewFile(const std::string& folder, std::string_view prefix, std::string_view ending) {
  const std::string before = folder.empty() || folder.ends_with('/') ? folder : folder + "/";
  for (int number = 1; number < kNumbers; ++number) {
    std::string path = fmt::format("{}{}{:03}{}", before, prefix, number, ending);
    const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd >= 0) return NewFile{std::move(path), fd};
    if (errno != EEXIST) return SystemError("open", path, errno);
  }
  return Fail(ErrorCode::kTooLarge,
              fmt::format("could not create file of the form {}{:03}{}", prefix, 1, ending));
}

Result<std::string> WriteNewFile(const std::string& folder, std::string_view prefix, std::string_view ending,
                                 std::string_view bytes) {
  SEEP_TRY(NewFile file, MakeNewFile(folder, prefix, ending));
  SEEP_TRY_VOID(WriteAndClose(file.fd, file.path, bytes));
  return std::move(file.path);
}

Status WriteWholeFile(const std::string& path, std::string_view bytes) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (fd < 0) return SystemError("open", path, errno);
  return WriteAndClose(fd, path, bytes);
}

Status MakeFolders(const std::string& path, unsigned mode) {
  struct stat info{};
  for (size_t end = path.find('/', 1);; end = path.find('/', end + 1)) {
    const std::string folder = path.substr(0, end);
    if (::stat(folder.c_str(), &info) == 0) {
      if (!S_ISDIR(info.st_mode)) return SystemError("mkdir", folder, ENOTDIR);
    } else if (::mkdir(folder.c_str(), mode) != 0 && errno != EEXIST) {
      return SystemError("mkdir", folder, errno);
    }
    if (end == std::string::npos) return {};
  }
}

std::string TemporaryFolder() {
  const char* folder = std::getenv("TMPDIR");
  return folder == nullptr || *folder == '\0' ? "/tmp" : folder;
}

}  // namespace seep::capture

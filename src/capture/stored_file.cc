#include "capture/stored_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/number_at.h"
#include "capture/files.h"

namespace seep::capture {
namespace {

class FileOnDisk final : public model::StoredFile {
 public:
  FileOnDisk(int fd, uint64_t size) : fd_(fd), size_(size) {}
  FileOnDisk(const FileOnDisk&) = delete;
  FileOnDisk& operator=(const FileOnDisk&) = delete;
  ~FileOnDisk() override { ::close(fd_); }

  bool ReadAt(uint64_t offset, std::span<char> to) const override {
    if (offset > size_ || size_ - offset < to.size()) return false;
    while (!to.empty()) {
      const ssize_t n = ::pread(fd_, to.data(), to.size(), static_cast<off_t>(offset));
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) return false;
      to = to.subspan(static_cast<size_t>(n));
      offset += static_cast<uint64_t>(n);
    }
    return true;
  }
  uint64_t size() const override { return size_; }

 private:
  int fd_;
  uint64_t size_;
};

}  // namespace

Result<std::shared_ptr<const model::StoredFile>> OpenStoredFile(const std::string& path) {
  // Not to wait for the other end of a pipe that somebody put there.
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) {
    const ErrorCode code = errno == EACCES || errno == EPERM ? ErrorCode::kPermission : ErrorCode::kNotFound;
    return Fail(code, std::strerror(errno), path);
  }
  struct stat entry{};
  if (::fstat(fd, &entry) != 0 || !S_ISREG(entry.st_mode)) {
    ::close(fd);
    return Fail(ErrorCode::kUnsupported, "it is read in places, and only a regular file has them", path);
  }
  return std::make_shared<const FileOnDisk>(fd, static_cast<uint64_t>(entry.st_size));
}

// e_type of the ELF header (elf(5)) is 4; parse/core draws the rest.
bool IsCoreFile(const std::string& path) {
  struct stat entry{};
  if (::stat(path.c_str(), &entry) != 0 || !S_ISREG(entry.st_mode)) return false;
  const auto head = ReadHead(path, 20);
  return head &&
         head->starts_with(
             "\x7f"
             "ELF") &&
         NumberAt<uint16_t>(*head, 16) == uint16_t{4};
}

}  // namespace seep::capture

#include "capture/perf_data.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <string_view>

#include "capture/files.h"
#include "capture/new_file.h"
#include "capture/program.h"

namespace seep::capture {

bool IsPerfData(const std::string& path) {
  struct stat info{};
  if (::stat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) return false;  // a pipe is read once
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  std::array<char, 8> head{};
  const ssize_t n = ::read(fd, head.data(), head.size());
  ::close(fd);
  return n == 8 && std::string_view(head.data(), head.size()) == "PERFILE2";
}

Result<Bytes> ConvertPerfData(const std::string& path, uint64_t max_file) {
  SEEP_TRY(const NewFile made, MakeNewFile(TemporaryFolder(), "pprof_", ".pb.gz"));
  ::close(made.fd);
  const auto converted = RunFilter({"perf_to_profile", "-i", path, "-o", made.path, "-f"}, "");
  auto bytes = ReadFile(made.path, max_file);
  ::unlink(made.path.c_str());
  if (!converted)
    return Fail(converted.error().code,
                "failed to convert perf.data file. Try github.com/google/perf_data_converter: " +
                    converted.error().what);
  return bytes;
}

}  // namespace seep::capture

#include "capture/perf_data.h"

#include <unistd.h>

#include <string_view>

#include "capture/files.h"
#include "capture/new_file.h"
#include "capture/program.h"

namespace seep::capture {

bool IsPerfData(const std::string& path) {
  constexpr std::string_view kMagic = "PERFILE2";
  const auto head = ReadHead(path, kMagic.size());
  return head && *head == kMagic;
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

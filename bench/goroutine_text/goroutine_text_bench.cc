// goroutine_text_bench write FILE GOROUTINES     a dump as a service would print it, always the same
// goroutine_text_bench read FILE [REPEATS]       parses it; prints goroutines, MB/s of the best run (CPU
// time), peak memory
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <string>
#include <string_view>

#include "goroutine_text/dump_writer.h"
#include "parse/parse.h"

namespace {

// CPU time of this thread: the parser uses one, and other jobs of the machine do not count.
double Now() {
  timespec t = {};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

int Write(const char* path, uint64_t goroutines) {
  std::FILE* file = std::fopen(path, "wb");
  if (file == nullptr) return std::perror(path), 1;
  seep::bench::DumpWriter writer;
  std::string text;
  for (uint64_t i = 0; i < goroutines; ++i) {
    writer.Append(i, text);
    if (text.size() > (1 << 20) || i + 1 == goroutines) {
      if (i + 1 == goroutines) text.pop_back();  // no blank line after the last
      if (std::fwrite(text.data(), 1, text.size(), file) != text.size()) return std::perror(path), 1;
      text.clear();
    }
  }
  return std::fclose(file) == 0 ? 0 : 1;
}

// Mapped, as capture/ does, so that the file's pages count in the peak.
seep::Bytes Map(const char* path) {
  const int fd = open(path, O_RDONLY | O_CLOEXEC);
  struct stat info = {};
  if (fd < 0 || fstat(fd, &info) != 0) return std::perror(path), seep::Bytes();
  const auto size = static_cast<size_t>(info.st_size);
  void* at = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
  close(fd);
  if (at == MAP_FAILED) return std::perror(path), seep::Bytes();
  std::shared_ptr<const void> owner(at, [size](const void* p) { munmap(const_cast<void*>(p), size); });
  return {owner, {static_cast<const char*>(at), size}};
}

int Read(const char* path, int repeats) {
  const seep::Bytes bytes = Map(path);
  if (bytes.empty()) return 1;
  double best = 1e9;
  double first = 0;
  size_t goroutines = 0;
  size_t stacks = 0;
  for (int i = 0; i < repeats; ++i) {
    seep::model::Artifact artifact;
    artifact.name = artifact.source = path;
    artifact.bytes = bytes;
    seep::model::StackTable table;
    seep::parse::Context context{table, {}};
    const double begin = Now();
    const auto fragments = seep::parse::ParseArtifact(artifact, context);
    const double seconds = Now() - begin;
    if (!fragments) return std::fprintf(stderr, "%s\n", fragments.error().Text().c_str()), 1;
    if (i == 0) first = seconds;
    best = std::min(best, seconds);
    goroutines = fragments->front().dump->goroutines.size();
    stacks = table.stack_count();
  }
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  const double megabytes = static_cast<double>(bytes.size()) / 1e6;
  std::printf(
      "seep\t%.1f MB\t%zu goroutines\t%zu stacks\tfirst %.3f s\tbest %.3f s\t%.0f MB/s\tpeak %ld MB\n",
      megabytes, goroutines, stacks, first, best, megabytes / best, usage.ru_maxrss / 1024);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view command = argc > 2 ? argv[1] : "";
  if (command == "write" && argc == 4) return Write(argv[2], std::strtoull(argv[3], nullptr, 10));
  if (command == "read") return Read(argv[2], argc > 3 ? std::atoi(argv[3]) : 5);
  std::fprintf(stderr, "usage: goroutine_text_bench write FILE GOROUTINES | read FILE [REPEATS]\n");
  return 2;
}

// How fast pprof profiles are read, in decompressed bytes, and with how much memory.
//   pprof_bench [STACKS...]        makes profiles of that many stacks (100000 and 1000000) and times reading
//   them pprof_bench --write STACKS F   writes such a profile, gzipped, for other tools to read pprof_bench
//   --read F           times reading one file
#include <sys/resource.h>
#include <zlib.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "parse/inflate/inflate.h"
#include "parse/parse.h"
#include "profile_maker.h"

namespace {

// CPU time of this process: reading is done by one thread and waits for nothing, and a busy machine does not
// count.
double CpuMilliseconds() {
  timespec t{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_nsec) / 1e6;
}

long PeakMegabytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss / 1024;
}

// Best of five: the machine can only make it slower.
int Read(const std::string& what, const std::string& file) {
  const seep::Bytes input(file);
  double best_inflate = 1e18, best_parse = 1e18;
  size_t plain = 0, samples = 0;
  for (int round = 0; round < 5; ++round) {
    double begin = CpuMilliseconds();
    auto inflated = seep::parse::Inflate(input, {});
    if (!inflated) {
      std::fprintf(stderr, "pprof_bench: %s\n", inflated.error().Text().c_str());
      return 1;
    }
    best_inflate = std::min(best_inflate, CpuMilliseconds() - begin);
    plain = inflated->bytes.size();
    seep::model::Artifact artifact;
    artifact.name = "heap";
    artifact.bytes = inflated->bytes;
    seep::model::StackTable stacks;
    seep::parse::Context context{stacks, {}};
    begin = CpuMilliseconds();
    auto snapshots = seep::parse::ParseArtifact(artifact, context);
    best_parse = std::min(best_parse, CpuMilliseconds() - begin);
    if (!snapshots || !snapshots->at(0).heap) {
      std::fprintf(stderr, "pprof_bench: %s\n",
                   snapshots ? "no heap profile" : snapshots.error().Text().c_str());
      return 1;
    }
    samples = snapshots->at(0).heap->samples.size();
  }
  std::printf(
      "%s: %zu samples, %.1f MB plain, unpacked in %.1f ms, read in %.1f ms (%.0f MB/s), peak %ld MB\n",
      what.c_str(), samples, static_cast<double>(plain) / 1e6, best_inflate, best_parse,
      static_cast<double>(plain) / 1e3 / best_parse, PeakMegabytes());
  return 0;
}

int Write(uint64_t stacks, const char* path) {
  const std::string bytes = seep::bench::MakeHeapProfile({.stacks = stacks});
  gzFile out = gzopen(path, "wb1");
  if (out == nullptr || gzwrite(out, bytes.data(), static_cast<unsigned>(bytes.size())) <= 0 ||
      gzclose(out) != Z_OK) {
    std::fprintf(stderr, "pprof_bench: cannot write %s\n", path);
    return 1;
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string_view> args(argv + 1, argv + argc);
  if (args.size() == 3 && args[0] == "--write") return Write(std::strtoull(argv[2], nullptr, 10), argv[3]);
  if (args.size() == 2 && args[0] == "--read") {
    std::ifstream in(argv[2], std::ios::binary);
    return Read(argv[2], {std::istreambuf_iterator<char>(in), {}});
  }
  std::vector<uint64_t> sizes;
  for (int i = 1; i < argc; ++i) sizes.push_back(std::strtoull(argv[i], nullptr, 10));
  if (sizes.empty()) sizes = {100'000, 1'000'000};
  for (uint64_t stacks : sizes) {
    if (Read("heap, " + std::to_string(stacks) + " stacks",
             seep::bench::MakeHeapProfile({.stacks = stacks})) != 0)
      return 1;
  }
  return 0;
}

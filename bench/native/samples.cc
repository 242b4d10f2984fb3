// samples BLOCKS BYTES DEPTH: allocates that many blocks and keeps them, each DEPTH calls deep on one of
// sixteen ways, and prints the CPU nanoseconds a block took, then the kB of memory that the process has. With
// a sampling distance far below BYTES every block is sampled: the difference to a run without is what samples
// cost.
#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>
#include <vector>

namespace {

double Cpu() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
}

long ResidentKb() {
  FILE* status = fopen("/proc/self/status", "r");
  char line[256];
  long kb = 0;
  while (fgets(line, sizeof line, status) != nullptr && sscanf(line, "VmRSS: %ld", &kb) != 1) {
  }
  fclose(status);
  return kb;
}

template <int kWay>
__attribute__((noinline)) void* Ask(size_t bytes, int depth) {
  void* volatile block = depth == 0 ? malloc(bytes) : Ask<kWay>(bytes, depth - 1);
  return block;
}

template <int... kWays>
void* AskBy(int way, size_t bytes, int depth) {
  void* block = nullptr;
  ((way == kWays ? void(block = Ask<kWays>(bytes, depth)) : void()), ...);
  return block;
}

}  // namespace

int main(int, char** words) {
  const int blocks = atoi(words[1]), bytes = atoi(words[2]), depth = atoi(words[3]);
  std::vector<void*> kept(static_cast<size_t>(blocks));
  for (int round = 0; round < 2; ++round) {  // the first finds the tables cold
    const double before = Cpu();
    for (int i = 0; i < blocks; ++i)
      kept[static_cast<size_t>(i)] = AskBy<0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15>(
          i & 15, static_cast<size_t>(bytes), depth);
    const double took = Cpu() - before;
    if (round == 1) fprintf(stderr, "%.0f %ld\n", took * 1e9 / blocks, ResidentKb());
    if (round == 1) return 0;
    for (void* block : kept) free(block);
  }
}

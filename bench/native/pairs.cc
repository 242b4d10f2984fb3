// pairs N THREADS: N pairs of malloc and free in each thread, 4,096 blocks live, 16 to 1,039 bytes; prints
// the CPU time of a pair in nanoseconds. Of 528 bytes on average, every thousandth block is sampled at 512
// KiB: harsh.
#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>
#include <thread>
#include <vector>

namespace {

double Cpu() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
}

__attribute__((noinline)) void* One(size_t n) {
  void* volatile block = malloc(n);
  return block;
}

void Work(long pairs, unsigned seed) {
  std::vector<void*> ring(4096, nullptr);
  for (long i = 0; i < pairs; ++i) {
    seed = seed * 1664525u + 1013904223u;
    void*& slot = ring[seed >> 8 & 4095];
    free(slot);
    slot = One(16 + (seed >> 20 & 1023));
    *static_cast<char*>(slot) = 1;
  }
  for (void* block : ring) free(block);
}

}  // namespace

int main(int count, char** words) {
  const long pairs = count > 1 ? atol(words[1]) : 10'000'000;
  const int threads = count > 2 ? atoi(words[2]) : 1;
  const double before = Cpu();
  std::vector<std::thread> all;
  for (int i = 1; i < threads; ++i) all.emplace_back(Work, pairs, i);
  Work(pairs, 12345);
  for (std::thread& thread : all) thread.join();
  fprintf(stderr, "%.1f\n", (Cpu() - before) * 1e9 / static_cast<double>(pairs) / threads);
}

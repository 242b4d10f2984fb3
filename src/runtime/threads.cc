#include "runtime/threads.h"

#include <algorithm>
#include <unordered_set>

#include "base/number_at.h"
#include "runtime/globals.h"
#include "runtime/goroutines.h"
#include "runtime/nearby_reads.h"

namespace seep::runtime {
namespace {

constexpr size_t kBatch = 4096;
constexpr size_t kMostThreads = 1 << 16;  // Go itself ends a program at 10,000

}  // namespace

Result<Threads> ReadThreads(const GoProcess& process) {
  const Layout& layout = *process.layout;
  SEEP_TRY(const std::vector<uint64_t> goroutines, ListGoroutines(process));
  std::vector<uint64_t> to_read;
  std::unordered_set<uint64_t> known;
  NearbyReads reads(*process.image);
  for (size_t begin = 0; begin < goroutines.size(); begin += kBatch) {
    const size_t count = std::min(kBatch, goroutines.size() - begin);
    reads.Clear();
    for (size_t i = 0; i < count; ++i)
      reads.Add(goroutines[begin + i] + static_cast<uint64_t>(layout.g_m), sizeof(uint64_t));
    reads.Fetch();
    for (size_t i = 0; i < count; ++i)
      if (const uint64_t m = NumberAt<uint64_t>(reads[i], 0).value_or(0); m != 0 && known.insert(m).second)
        to_read.push_back(m);
  }
  Threads threads;
  while (!to_read.empty() && threads.known.size() < kMostThreads) {
    const uint64_t m = to_read.back();
    to_read.pop_back();
    const auto thread = process.image->Value<uint64_t>(m + static_cast<uint64_t>(layout.m_procid));
    const auto older = process.image->Value<uint64_t>(m + static_cast<uint64_t>(layout.m_alllink));
    if (thread && *thread != 0 && *thread <= INT32_MAX)
      threads.known.push_back({static_cast<uint32_t>(*thread), m});
    if (older && *older != 0 && known.insert(*older).second) to_read.push_back(*older);
  }
  threads.allm = FindAllm(process, known);
  return threads;
}

}  // namespace seep::runtime

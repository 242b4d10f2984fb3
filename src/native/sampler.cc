#include "native/sampler.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

#include "native/cfi.h"
#include "native/chance.h"
#include "native/control.h"
#include "native/slots.h"
#include "native/unwind.h"

namespace seep::native {

// NOLINTBEGIN(cppcoreguidelines-avoid-non-const-global-variables)
__thread ThreadState thread_state;
constinit PageFilter page_filter;

namespace {

// A mapping that was sampled, for munmap() of parts.
struct Mapping {
  std::atomic<uint64_t> begin = 0;  // 0: free
  uint64_t size = 0;
};
constexpr uint64_t kMappings = 1024;

// Bytes after which a thread asks whether it is to sample, while it is not.
constexpr int64_t kLookAgain = 64 << 10;

enum class Phase : int { kStarting, kSampling, kOff };

struct Sampler {
  std::atomic<Phase> phase = Phase::kStarting;
  bool follow_children = false;
  bool prepared = false;
  bool turned = false;  // slots lead here: the process ran already when this library was loaded
  std::atomic<bool> may_be_loading = false;
  std::atomic<int64_t> inside = 0;  // threads that use the tables now
  double rate = 0;
  void* memory = nullptr;
  uint64_t own_begin = 0, own_end = 0;  // this library: its frames are no part of a stack
  std::atomic<uint64_t> mappings_used = 0;
  char executable[512] = {};
  char folder[256] = {};
  Tables tables;
  Mapping mappings[kMappings] = {};
};
// constinit: a constructor would run behind the first allocations, and undo them.
constinit Sampler sampler;
// NOLINTEND(cppcoreguidelines-avoid-non-const-global-variables)

// Using the tables: they stay while anybody is.
class Inside {
 public:
  Inside() { sampler.inside.fetch_add(1, std::memory_order_seq_cst); }
  ~Inside() { sampler.inside.fetch_sub(1, std::memory_order_release); }
  Inside(const Inside&) = delete;
  Inside& operator=(const Inside&) = delete;
  // Asked once inside: who switches off first says so and then waits.
  bool Sampling() const { return sampler.phase.load(std::memory_order_seq_cst) == Phase::kSampling; }
};

// Inside the sampler, this thread.
class Busy {
 public:
  Busy() { thread_state.busy = true; }
  ~Busy() { thread_state.busy = false; }
  Busy(const Busy&) = delete;
  Busy& operator=(const Busy&) = delete;
};

uint64_t Nanoseconds(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(now.tv_nsec);
}

void SeeModule(uint64_t start, uint64_t limit, uint64_t bias, const char* name) {
  sampler.tables.NoteModule(start, limit, bias, name, sampler.executable);
}

// "<folder>/<pid>.samples", and a number behind the pid where that process had another program before.
int MakeFile(const char* folder, uint64_t pid) {
  char path[sizeof sampler.folder + 64];
  for (unsigned attempt = 0; attempt < 100; ++attempt) {
    size_t length = strlen(folder);
    memcpy(path, folder, length);
    path[length++] = '/';
    const auto put = [&](uint64_t number) {
      char digits[20];
      int count = 0;
      do {
        digits[count++] = static_cast<char>('0' + number % 10);
        number /= 10;
      } while (number != 0);
      while (count > 0) path[length++] = digits[--count];
    };
    put(pid);
    if (attempt > 0) {
      path[length++] = '.';
      put(attempt);
    }
    memcpy(path + length, ".samples", 9);
    const int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd >= 0) return fd;
  }
  return -1;
}

// Takes the descriptor. `at`: where it has to be mapped, or null for anywhere.
bool MapFile(int fd, void* at) {
  if (fd < 0) return false;
  void* memory = MAP_FAILED;
  if (ftruncate(fd, static_cast<off_t>(Tables::FileSize())) == 0)
    memory = mmap(at, Tables::FileSize(), PROT_READ | PROT_WRITE,
                  MAP_SHARED | (at != nullptr ? MAP_FIXED : 0), fd, 0);
  close(fd);
  if (memory == MAP_FAILED) return false;
  sampler.memory = memory;
  sampler.tables.Begin(memory, static_cast<uint64_t>(getpid()), static_cast<uint64_t>(sampler.rate),
                       Nanoseconds(CLOCK_REALTIME));
  return true;
}

// Nothing is known of any block.
void ForgetAll() {
  page_filter.Clear();
  MarkEarlyBlocks();
  ForgetRows();  // so that the modules are met again, and listed in the new file
  for (Mapping& mapping : sampler.mappings) mapping.begin.store(0, std::memory_order_relaxed);
}

// The parent's tables are shared with the child after a fork: it must not write to them. It gets its own,
// empty, or none.
void AfterFork() {
  if (sampler.phase.load(std::memory_order_relaxed) != Phase::kSampling) return;
  const Busy busy;
  sampler.phase.store(Phase::kOff, std::memory_order_relaxed);
  sampler.inside.store(0, std::memory_order_relaxed);  // of threads that the child does not have
  if (!sampler.follow_children ||
      !MapFile(MakeFile(sampler.folder, static_cast<uint64_t>(getpid())), sampler.memory))
    return;
  ForgetAll();
  thread_state.random ^= static_cast<uint64_t>(getpid()) * 0x9E3779B97F4A7C15;
  sampler.phase.store(Phase::kSampling, std::memory_order_release);
}

bool ReadNumber(const char* name, uint64_t& out) {
  const char* text = getenv(name);
  if (text == nullptr || *text == 0) return false;
  char* end = nullptr;
  out = strtoull(text, &end, 10);
  return *end == 0;
}

// What holds for the life of the process.
bool Prepare() {
  if (sampler.prepared) return true;
  const ssize_t length = readlink("/proc/self/exe", sampler.executable, sizeof sampler.executable - 1);
  sampler.executable[length > 0 ? length : 0] = 0;
  Module own{};
  if (FindModule(reinterpret_cast<uint64_t>(&Prepare), own)) {
    sampler.own_begin = own.start;
    sampler.own_end = own.limit;
  }
  sampler.prepared = pthread_atfork(nullptr, nullptr, &AfterFork) == 0;
  return sampler.prepared;
}

bool Start() {
  const char* folder = getenv("SEEP_NATIVE_FOLDER");
  if (folder == nullptr || strlen(folder) >= sizeof sampler.folder) return false;
  memcpy(sampler.folder, folder, strlen(folder) + 1);
  uint64_t rate = 512 << 10, parent = 0;
  ReadNumber("SEEP_NATIVE_RATE", rate);
  sampler.rate = static_cast<double>(rate == 0 ? 1 : rate);
  sampler.follow_children = !ReadNumber("SEEP_NATIVE_PARENT", parent);
  if (!sampler.follow_children && parent != static_cast<uint64_t>(getppid())) return false;
  return Prepare() && MapFile(MakeFile(folder, static_cast<uint64_t>(getpid())), nullptr);
}

__attribute__((constructor)) void Construct() {
  const Busy busy;
  const bool started = Start();
  if (started) sampler.tables.header().sampling.store(1, std::memory_order_relaxed);
  sampler.phase.store(started ? Phase::kSampling : Phase::kOff, std::memory_order_release);
}

// Threads leave within microseconds, unless they are not let run.
bool WaitUntilNobodyIsInside() {
  for (int i = 0; i < 50; ++i) {
    if (sampler.inside.load(std::memory_order_acquire) == 0) return true;
    const timespec pause{0, 1'000'000};
    nanosleep(&pause, nullptr);
  }
  return false;
}

Outcome SwitchOn(Orders& orders) {
  if (sampler.phase.load(std::memory_order_acquire) == Phase::kSampling) return Outcome::kAlready;
  const bool preloaded = IsPreloaded();
  if (!Prepare() || (!preloaded && !sampler.turned && !FindBehind(sampler.own_begin)))
    return Outcome::kNoAllocator;
  if (!WaitUntilNobodyIsInside()) return Outcome::kBusy;
  sampler.rate = static_cast<double>(orders.rate == 0 ? 1 : orders.rate);
  sampler.follow_children = false;
  // No folder: whoever runs as whom and sees which file systems, seep reads it as memory of the process.
  if (!MapFile(memfd_create("seep-native.samples", MFD_CLOEXEC), sampler.memory)) return Outcome::kNoMemory;
  ForgetAll();
  sampler.tables.header().sampling.store(1, std::memory_order_relaxed);
  sampler.phase.store(Phase::kSampling, std::memory_order_seq_cst);
  if (preloaded) return Outcome::kDone;
  sampler.turned = true;
  orders.slots = TurnSlots(sampler.own_begin, true);
  return Outcome::kDone;
}

// The library stays: somebody may have copied a pointer to it, and a thread may be in it.
Outcome SwitchOff(Orders& orders) {
  if (sampler.phase.load(std::memory_order_acquire) != Phase::kSampling) return Outcome::kAlready;
  if (sampler.turned) orders.slots = TurnSlots(sampler.own_begin, false);
  sampler.phase.store(Phase::kOff, std::memory_order_seq_cst);
  sampler.tables.header().sampling.store(0, std::memory_order_release);
  return Outcome::kDone;
}

}  // namespace

void NoteLoading() {
  sampler.may_be_loading.store(true, std::memory_order_relaxed);
}

void MeetNewLibraries() {
  if (!sampler.may_be_loading.load(std::memory_order_relaxed) || !sampler.turned) return;
  if (sampler.phase.load(std::memory_order_acquire) == Phase::kSampling) TurnNewSlots(sampler.own_begin);
}

bool Decide(size_t size) {
  ThreadState& thread = thread_state;
  const Phase phase = sampler.phase.load(std::memory_order_acquire);
  if (thread.busy || phase == Phase::kStarting) {
    thread.left = 0;
    return false;
  }
  if (phase == Phase::kOff) {
    thread.left = kLookAgain;
    return false;
  }
  sampler.tables.header().met.fetch_add(1, std::memory_order_relaxed);
  if (thread.random == 0) {  // the thread's first: its counter meant nothing yet
    thread.random = (reinterpret_cast<uint64_t>(&thread) ^ Nanoseconds(CLOCK_MONOTONIC) << 20) | 1;
    for (int i = 0; i < 8; ++i) NextRandom(thread.random);
    thread.left = NextGap(thread.random, sampler.rate);
    if (!CountDown(size)) return false;
  }
  thread.left = NextGap(thread.random, sampler.rate);
  return true;
}

__attribute__((noinline)) void Record(void* block, size_t size, BlockKind kind) {
  const Busy busy;
  const Inside inside;
  if (!inside.Sampling()) return;
  MeetNewLibraries();
  Trace trace;
  Unwind(sampler.own_begin, sampler.own_end, &SeeModule, trace);
  Tables& tables = sampler.tables;
  const uint32_t stack = tables.Intern(trace);
  const double chance = OneMinusExp(static_cast<double>(size) / sampler.rate);
  tables.CountAllocation(stack, size, chance);
  tables.header().samples.fetch_add(1, std::memory_order_relaxed);
  const uint64_t address = reinterpret_cast<uint64_t>(block);
  if (!tables.Insert(address, size, stack, kind)) return;
  if (kind == BlockKind::kMalloc) {
    page_filter.Add(block);
    return;
  }
  for (uint64_t i = 0; i < kMappings; ++i) {
    uint64_t free = 0;
    if (!sampler.mappings[i].begin.compare_exchange_strong(free, address, std::memory_order_acq_rel))
      continue;
    sampler.mappings[i].size = size;
    uint64_t used = sampler.mappings_used.load(std::memory_order_relaxed);
    while (used < i + 1 &&
           !sampler.mappings_used.compare_exchange_weak(used, i + 1, std::memory_order_release)) {
    }
    return;
  }
  tables.Remove(address);
  tables.header().lost_blocks.fetch_add(1, std::memory_order_relaxed);
}

Tables::Taken Forget(const void* block) {
  const Inside inside;
  if (!inside.Sampling()) return {};
  const Tables::Taken taken = sampler.tables.Remove(reinterpret_cast<uint64_t>(block));
  if (taken.found) {
    page_filter.Remove(block);
    sampler.tables.header().frees.fetch_add(1, std::memory_order_relaxed);
  }
  return taken;
}

void Restore(const void* block, const Tables::Taken& taken) {
  const Inside inside;
  if (!inside.Sampling()) return;
  if (sampler.tables.Insert(reinterpret_cast<uint64_t>(block), taken.size, taken.stack, taken.kind))
    page_filter.Add(block);
}

void ForgetMappings(uint64_t begin, uint64_t size) {
  const uint64_t used = sampler.mappings_used.load(std::memory_order_acquire);
  if (used == 0) return;
  const Inside inside;
  if (!inside.Sampling()) return;
  for (uint64_t i = 0; i < used; ++i) {
    Mapping& mapping = sampler.mappings[i];
    uint64_t address = mapping.begin.load(std::memory_order_acquire);
    if (address == 0 || address >= begin + size || begin >= address + mapping.size) continue;
    const uint64_t first = begin > address ? begin : address;
    const uint64_t last = begin + size < address + mapping.size ? begin + size : address + mapping.size;
    if (last - first < mapping.size) {
      sampler.tables.Shrink(address, last - first);
      continue;
    }
    if (!mapping.begin.compare_exchange_strong(address, 0, std::memory_order_acq_rel)) continue;
    if (sampler.tables.Remove(address).found)
      sampler.tables.header().frees.fetch_add(1, std::memory_order_relaxed);
  }
}

}  // namespace seep::native

extern "C" __attribute__((visibility("default"))) seep::native::Outcome seep_native_control_1(
    seep::native::Orders* orders) {
  using namespace seep::native;  // NOLINT(google-build-using-namespace): the function cannot live in it
  const Busy busy;
  orders->slots = 0;
  return orders->action == Action::kOn ? SwitchOn(*orders) : SwitchOff(*orders);
}

#include "capture/ebpf/allocation_probe.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <map>
#include <optional>
#include <unordered_map>

#include "capture/ebpf/allocations.h"
#include "capture/ebpf/kernel.h"

namespace seep::capture {
namespace {

using ebpf::MapKind;
using ebpf::MapShape;
using ebpf::ProbeKind;

#include "capture/ebpf/allocations_program.inc"

constexpr uint32_t kRingBytes = 1 << 20;
// In the order of the numbers in allocations.bpf.c.
enum : size_t { kConfig, kCounts, kPending, kLive, kTotals, kThreads, kNewStacks, kMaps };
constexpr MapShape kShapes[kMaps] = {
    {MapKind::kArray, 4, sizeof(seep_config), 1},
    {MapKind::kArrayPerProcessor, 4, sizeof(seep_counts), 1},
    {MapKind::kHash, 8, sizeof(seep_pending), 1 << 16},
    {MapKind::kHash, 8, sizeof(seep_live), 1 << 18},
    {MapKind::kHash, 8, sizeof(seep_total), 1 << 16},
    {MapKind::kHash, 4, 8, 1 << 16},
    {MapKind::kRing, 0, 0, kRingBytes},
};

uint64_t CookieOf(const AllocationPoint& point) {
  return static_cast<uint64_t>(point.call) << 56 | (point.address & SEEP_COOKIE_ADDRESS);
}

// stat(2)'s device as the kernel's helper wants it: new_encode_dev of include/linux/kdev_t.h undone, MKDEV.
uint64_t KernelDevice(dev_t device) {
  return static_cast<uint64_t>(major(device)) << 20 | minor(device);
}

template <class T>
T ValueAt(const char* bytes) {
  T value;
  memcpy(&value, bytes, sizeof value);
  return value;
}

}  // namespace

struct AllocationProbe::Kernel {
  uint64_t pid = 0, rate = 0, begun = 0;
  seep_config config{};
  std::vector<Descriptor> maps;
  std::optional<ebpf::Ring> ring;
  Descriptor process;  // pidfd: readable once it has ended
  Descriptor allocate, release;
  std::vector<Descriptor> links;               // closed first
  std::unordered_map<uint64_t, size_t> index;  // hash of a stack -> place
  std::vector<std::vector<uint64_t>> stacks;
  std::vector<uint32_t> new_threads;

  Status MakeMaps() {
    for (const MapShape& shape : kShapes) {
      SEEP_TRY(Descriptor map, ebpf::MakeMap(shape));
      maps.push_back(std::move(map));
    }
    SEEP_TRY(ebpf::Ring opened, ebpf::Ring::Open(maps[kNewStacks], kRingBytes));
    ring.emplace(std::move(opened));
    return {};
  }

  Status Configure(const GoOffsets* go) {
    config.rate = rate;
    struct stat names{};
    if (go != nullptr && stat(fmt::format("/proc/{}/ns/pid", pid).c_str(), &names) == 0) {
      config.pid_namespace[0] = KernelDevice(names.st_dev);
      config.pid_namespace[1] = names.st_ino;
      config.m_procid = go->m_procid;
      config.m_curg = go->m_curg;
      config.g_stack_lo = go->g_stack_lo;
      config.g_stack_hi = go->g_stack_hi;
      config.g_sched_bp = go->g_sched_bp;
      config.m_alllink = go->m_alllink;
    }
    return TellConfig();
  }
  Status TellConfig() {
    const uint32_t key = 0;
    return ebpf::Put(maps[kConfig], &key, &config);
  }

  Status AttachTo(std::span<const AllocationPoint> points) {
    struct Places {
      ebpf::ProbePlaces allocate, release;
    };
    std::map<std::string, Places> files;
    for (const AllocationPoint& point : points) {
      Places& file = files[point.file];
      ebpf::ProbePlaces& places = point.call == AllocationCall::kFree ? file.release : file.allocate;
      places.offsets.push_back(point.offset);
      places.cookies.push_back(CookieOf(point));
    }
    // What frees first: no block is seen whose end is not.
    for (const bool frees : {true, false})
      for (auto& [file, both] : files) {
        ebpf::ProbePlaces& places = frees ? both.release : both.allocate;
        if (places.offsets.empty()) continue;
        places.file = file;
        places.pid = static_cast<uint32_t>(pid);
        SEEP_TRY(Descriptor link, ebpf::Attach(frees ? release : allocate,
                                               frees ? ProbeKind::kEntry : ProbeKind::kSession, places));
        links.push_back(std::move(link));
      }
    return {};
  }

  void TakeNewStacks() {
    ring->Drain([this](std::span<const char> record) {
      if (record.size() < sizeof(seep_stack)) return;
      const auto stack = ValueAt<seep_stack>(record.data());
      const size_t frames = std::min<size_t>(stack.frames, SEEP_FRAMES);
      if (index.try_emplace(stack.hash, stacks.size()).second)
        stacks.emplace_back(stack.pc, stack.pc + frames);
      if (stack.thread != 0) new_threads.push_back(stack.thread);
    });
  }
};

AllocationProbe::AllocationProbe(std::unique_ptr<Kernel> kernel) : kernel_(std::move(kernel)) {}
AllocationProbe::AllocationProbe(AllocationProbe&&) noexcept = default;
AllocationProbe::~AllocationProbe() = default;

Result<AllocationProbe> AllocationProbe::Attach(uint64_t pid, std::span<const AllocationPoint> points,
                                                const GoOffsets* go, uint64_t rate) {
  constexpr uint64_t kLargestRate = UINT32_MAX;  // sizes and chances are multiplied in 64 bits
  if (rate < 1 || rate > kLargestRate)
    return Fail(ErrorCode::kUsage,
                fmt::format("expected 1 to {} bytes with --ebpf, found {}", kLargestRate, rate), "--rate",
                "");
  auto kernel = std::make_unique<Kernel>();
  kernel->pid = pid;
  kernel->rate = rate;
  kernel->process = Descriptor(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
  if (!kernel->process && errno == ESRCH)
    return Fail(ErrorCode::kNotFound, "there is no such process", fmt::format("pid {}", pid), "");
  SEEP_TRY_VOID(kernel->MakeMaps());
  SEEP_TRY_VOID(kernel->Configure(go));
  SEEP_TRY(kernel->allocate, ebpf::LoadProgram(kAllocateProgram, ProbeKind::kSession, kernel->maps));
  SEEP_TRY(kernel->release, ebpf::LoadProgram(kReleaseProgram, ProbeKind::kEntry, kernel->maps));
  kernel->begun = static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(
                                            std::chrono::system_clock::now().time_since_epoch())
                                            .count());
  SEEP_TRY_VOID(kernel->AttachTo(points));
  return AllocationProbe(std::move(kernel));
}

Status AllocationProbe::NameThread(uint32_t thread, uint64_t m) {
  return ebpf::Put(kernel_->maps[kThreads], &thread, &m);
}

Status AllocationProbe::NameNewest(std::span<const uint64_t> places) {
  for (size_t i = 0; i < SEEP_ALLM; ++i) kernel_->config.allm[i] = i < places.size() ? places[i] : 0;
  return kernel_->TellConfig();
}

bool AllocationProbe::Ended() const {
  pollfd process{kernel_->process.get(), POLLIN, 0};
  return poll(&process, 1, 0) > 0;
}

std::vector<uint32_t> AllocationProbe::NewThreads() {
  kernel_->TakeNewStacks();
  return std::exchange(kernel_->new_threads, {});
}

Result<AllocationProbe::Seen> AllocationProbe::Read() {
  Kernel& kernel = *kernel_;
  kernel.TakeNewStacks();
  Seen seen;
  SEEP_TRY(const std::vector<char> counts,
           ebpf::GetPerProcessor(kernel.maps[kCounts], 0, sizeof(seep_counts)));
  model::NativeSamples& samples = seen.samples;
  for (size_t at = 0; at + sizeof(seep_counts) <= counts.size(); at += sizeof(seep_counts)) {
    const auto one = ValueAt<seep_counts>(counts.data() + at);
    seen.calls += one.calls;
    seen.frees += one.frees;
    seen.no_thread += one.no_thread;
    samples.samples += one.samples;
    samples.lost_blocks += one.lost_blocks;
    samples.lost_stacks += one.lost_stacks;
  }
  samples.pid = kernel.pid;
  samples.rate = kernel.rate;
  samples.start_time = kernel.begun;
  samples.stacks.resize(kernel.stacks.size());
  for (size_t i = 0; i < kernel.stacks.size(); ++i) samples.stacks[i].calls = kernel.stacks[i];
  const auto stack_of = [&](uint64_t hash) -> model::NativeStack* {
    const auto found = kernel.index.find(hash);
    return found == kernel.index.end() ? nullptr : &samples.stacks[found->second];
  };
  SEEP_TRY_VOID(
      ebpf::ForEach(kernel.maps[kTotals], kShapes[kTotals], [&](const char* key, const char* value) {
        const auto total = ValueAt<seep_total>(value);
        if (model::NativeStack* stack = stack_of(ValueAt<uint64_t>(key)))
          stack->allocated = {static_cast<double>(total.objects) / 1024, static_cast<double>(total.bytes)};
      }));
  SEEP_TRY_VOID(ebpf::ForEach(kernel.maps[kLive], kShapes[kLive], [&](const char*, const char* value) {
    const auto live = ValueAt<seep_live>(value);
    model::NativeStack* stack = stack_of(live.stack);
    if (stack == nullptr || live.size == 0) return;
    const double size = static_cast<double>(live.size), rate = static_cast<double>(kernel.rate);
    const double blocks = std::max(1.0, rate / size);  // what it stands for: the inverse of its chance
    stack->live.Add({blocks, blocks * size});
    ++stack->live_samples;
  }));
  return seen;
}

Result<double> MeasureProbeCost(std::span<const AllocationPoint> points) {
  constexpr int kPairs = 20'000;
  // CPU time: on a busy machine the wall's says nothing.
  const auto now = [] {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_nsec);
  };
  const auto run = [&] {
    const double begin = now();
    for (int i = 0; i < kPairs; ++i) {
      void* volatile block = malloc(64);  // NOLINT(cppcoreguidelines-no-malloc): this is what is measured
      free(block);                        // NOLINT(cppcoreguidelines-no-malloc)
    }
    return (now() - begin) / kPairs;
  };
  run();
  const double without = std::min(run(), run());
  SEEP_TRY(AllocationProbe probe,
           AllocationProbe::Attach(static_cast<uint64_t>(getpid()), points, nullptr, 1 << 30));
  const double with = std::min({run(), run(), run()});
  SEEP_TRY(const AllocationProbe::Seen seen, probe.Read());
  if (seen.calls < kPairs || seen.frees < kPairs)
    return Fail(ErrorCode::kUnsupported, "uprobes could be set, but their program does not run", "--ebpf",
                "`seep native PID --inject` does without");
  return std::max(0.0, with - without);
}

}  // namespace seep::capture

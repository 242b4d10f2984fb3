// Samples what a running process allocates from within the kernel: uprobes on malloc and its like
// (allocations.bpf.c). Nothing is put into the process but the kernel's breakpoints, which go with the probe.
//
// It costs the process two traps a pair of malloc and free, about a microsecond each, whatever the sampling
// distance: a hundred times the preloaded sampler.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "model/native.h"

namespace seep::capture {

enum class AllocationCall : uint8_t { kMalloc, kCalloc, kRealloc, kFree, kAligned, kPosixMemalign };

// A function of the process that allocates or frees.
struct AllocationPoint {
  std::string file;      // a path that opens the file here: /proc/PID/root/...
  uint64_t offset = 0;   // of its first byte in the file
  uint64_t address = 0;  // in the process
  AllocationCall call = AllocationCall::kMalloc;
};

// Where the Go runtime of the process keeps what leads from a thread to its goroutine (src/runtime/layout.h).
struct GoOffsets {
  uint32_t m_procid = 0, m_curg = 0, g_stack_lo = 0, g_stack_hi = 0, g_sched_bp = 0, m_alllink = 0;
};

class AllocationProbe {
 public:
  // `go`: null where the process is no Go program. Sampling begins here.
  static Result<AllocationProbe> Attach(uint64_t pid, std::span<const AllocationPoint> points,
                                        const GoOffsets* go, uint64_t rate);
  AllocationProbe(AllocationProbe&&) noexcept;
  AllocationProbe& operator=(AllocationProbe&&) = delete;
  ~AllocationProbe();  // takes the breakpoints out

  // The thread's m, an address in the process; 0: it is none of Go's. Until a thread is named its samples
  // have no Go frames.
  Status NameThread(uint32_t thread, uint64_t m);
  // Where the address of the newest m may stand: a thread without a name is looked for from there.
  Status NameNewest(std::span<const uint64_t> places);

  // Whether the process has ended; what was seen of it can still be read.
  bool Ended() const;

  struct Seen {
    model::NativeSamples samples;   // without modules
    uint64_t calls = 0, frees = 0;  // all of them
    uint64_t no_thread = 0;         // samples on threads that had no name yet
  };
  Result<Seen> Read();
  // Threads that asked for memory since the last time, in a way not seen before, and have no name yet.
  std::vector<uint32_t> NewThreads();

 private:
  struct Kernel;
  explicit AllocationProbe(std::unique_ptr<Kernel> kernel);
  std::unique_ptr<Kernel> kernel_;
};

// What the probe costs this very program, nanoseconds a pair of malloc and free: measured on the spot, which
// shows as well that the kernel allows it and that calls are seen. `points` are those of this process.
Result<double> MeasureProbeCost(std::span<const AllocationPoint> points);

}  // namespace seep::capture

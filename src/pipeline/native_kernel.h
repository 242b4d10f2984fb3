// `seep native PID --ebpf`: a running process sampled from within the kernel, and what comes of it as the
// same values that the loaded sampler's file gives.
#pragma once

#include <memory>

#include "base/result.h"
#include "capture/ebpf/allocation_probe.h"
#include "model/native.h"
#include "pipeline/outside.h"

namespace seep::pipeline {

// What the probes cost a pair of malloc and free, nanoseconds, measured on seep itself: said before the
// target has to pay it. An Error where this process or this kernel does not let itself be sampled.
Result<double> KernelSamplingCost(uint64_t pid);

class KernelSampling {
 public:
  // Not a Go program: C frames only. `rate`: mean distance of samples in bytes.
  static Result<KernelSampling> Start(uint64_t pid, uint64_t rate);

  // Looks after threads that are new. Several times a second is right: until it has, samples on a new thread
  // have no Go frames.
  Status LookAfterThreads();
  bool Ended() const { return probe_.Ended(); }
  struct Seen {
    model::NativeSamples samples;
    uint64_t calls =
        0;  // of functions that allocate: 0 after a while means that they are not the ones in use
    uint64_t without_goroutine = 0;  // samples on threads that were not known yet
  };
  Result<Seen> Read();

 private:
  KernelSampling(uint64_t pid, capture::AllocationProbe probe, std::unique_ptr<Outside> outside)
      : pid_(pid), probe_(std::move(probe)), outside_(std::move(outside)) {}
  Status NameThreads();

  uint64_t pid_;
  capture::AllocationProbe probe_;
  std::unique_ptr<Outside> outside_;          // null: no Go program
  std::vector<model::NativeModule> modules_;  // as they were when last read: the process may have ended since
};

}  // namespace seep::pipeline

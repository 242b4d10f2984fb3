// The native sampler in a process that runs: whether it is there, what it has sampled, and switching it on
// and off.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "model/native.h"
#include "pipeline/outside.h"

namespace seep::pipeline {

// What the process has of it.
struct NativeSampler {
  uint64_t control = 0;  // address of seep_native_control_1; 0: not loaded
  uint64_t samples = 0;  // where its samples file is mapped; 0: there is none
};
NativeSampler FindNativeSampler(const model::ProcessImage& image);

// What it has sampled up to now. Reads no more of it than is in use. kNoEvidence: it is not sampled.
Result<model::NativeSamples> ReadNativeProcess(uint64_t pid, const OutsideOptions& options);
// The same for a process whose memory is open.
Result<model::NativeSamples> ReadNativeSamples(const model::ProcessImage& image);

struct Switched {
  uint64_t slots = 0;  // pointers to allocator functions
  bool already = false;
  bool loaded = false;  // the library was not there before
  std::chrono::nanoseconds held{0};
  uint64_t thread = 0;
};
// Why it cannot be done is known before anything is done: the error names it.
Result<Switched> SwitchNativeSampler(uint64_t pid, bool on, uint64_t rate, const OutsideOptions& options);

}  // namespace seep::pipeline

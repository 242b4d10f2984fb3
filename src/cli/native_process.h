// `seep native PID`: the sampler in a process that runs already.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>

#include "base/result.h"
#include "model/native.h"

namespace seep::cli {

struct NativeProcessOptions {
  uint64_t pid = 0, rate = 0;
  bool inject = false, off = false, quiet = false;
  std::optional<std::chrono::milliseconds> wait, every;  // --for, --every
};

// Switches it on or off as told, and hands what it has sampled to `show`, at the end and every so often
// before it. Returns an exit status.
int NativeOfProcess(const NativeProcessOptions& options,
                    const std::function<Status(const model::NativeSamples&, bool last)>& show);

}  // namespace seep::cli

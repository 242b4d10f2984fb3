// `seep native PID --ebpf`.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <vector>

#include "base/result.h"
#include "model/native.h"

namespace seep::cli {

struct KernelRun {
  uint64_t pid = 0;
  uint64_t rate = 512 << 10;
  std::optional<std::chrono::milliseconds> length;  // nothing: until Ctrl-C, or the process' end
  std::optional<std::chrono::milliseconds> every;   // hands over what there is that often
  bool quiet = false;
};
// `take` gets what was seen so far, with `last` at the end.
Status SampleFromKernel(const KernelRun& run,
                        const std::function<Status(const model::NativeSamples&, bool last)>& take);

}  // namespace seep::cli

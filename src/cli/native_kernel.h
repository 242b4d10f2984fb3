// `seep native PID --ebpf`.
#pragma once

#include <functional>

#include "cli/native_process.h"

namespace seep::cli {

// As NativeOfProcess, sampled from within the kernel: until --for is over, the process has ended, or Ctrl-C.
int NativeFromKernel(const NativeProcessOptions& options,
                     const std::function<Status(const model::NativeSamples&, bool last)>& show);

}  // namespace seep::cli

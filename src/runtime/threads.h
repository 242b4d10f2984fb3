// The threads of a Go program: which m (runtime/runtime2.go) is whose. In an m stands the goroutine that runs
// on the thread, also while the thread is in C.
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "runtime/go_process.h"

namespace seep::runtime {

struct ThreadM {
  uint32_t thread = 0;  // its id in the pid namespace of the process
  uint64_t m = 0;       // address
};

struct Threads {
  std::vector<ThreadM> known;  // in no order
  std::vector<uint64_t> allm;  // globals.h, FindAllm
};

// All m that can be found: those that run a goroutine, and those that are older than one of these, for allm
// links them from the newest on.
Result<Threads> ReadThreads(const GoProcess& process);

}  // namespace seep::runtime

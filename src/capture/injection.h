// One idle thread of a running Go program is stopped for a moment and made to load seep's sampler and tell it
// what to do (ptrace(2)). It is the only thing seep ever does to a process, and only when it is told to.
//
// The thread is sent away as a signal would send it: on a stack of its own, with a signal frame
// (sigreturn(2)) that takes it back to where it was. So it finds the way back by itself, and a seep that is
// killed in the middle leaves behind a process that goes on. What is done to the thread:
//
//   seize, interrupt                      its registers say that it waits in the runtime, for nobody
//   mmap, mmap, memfd_create              by the system call instruction it waits at
//   the library is written into the memfd, registers set, signals but those of faults held back
//   dlopen, seep_native_control_1, close, rt_sigreturn      by a page of code, which stands in injection.cc
//   munmap, munmap, detach
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace seep::capture {

struct InjectionRequest {
  std::string proc_root = "/proc";
  uint64_t pid = 0;
  // Whether a thread that waits at `pc` with the stack pointer `sp` can be sent away: pipeline/ knows the
  // runtime.
  std::function<bool(uint64_t pc, uint64_t sp)> is_idle;
  uint64_t dlopen = 0, dlerror = 0;  // where the process has them
  std::string_view library;          // empty: it is there already
  uint64_t control = 0;              // seep_native_control_1: its place in `library`, or its address
  uint64_t action = 0, rate = 0;     // its orders (src/native/control.h)
};

struct InjectionAnswer {
  uint64_t outcome = 0, slots = 0;  // src/native/control.h
  pid_t thread = 0;
  std::chrono::nanoseconds held{0};  // from the moment it was stopped until it was itself again
};

// What stands against it, as far as /proc tells, each with a reason: stopped, traced, under seccomp, ended,
// no /proc of its own.
Status CheckInjectable(const std::string& proc_root, uint64_t pid);

Result<InjectionAnswer> Inject(const InjectionRequest& request);

}  // namespace seep::capture

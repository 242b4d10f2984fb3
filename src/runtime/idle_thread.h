// Whether a thread of a Go program has nothing to do: it waits for work in the scheduler, on the stack that
// the system gave it, under no goroutine and under no C code that called Go. Such a thread holds no lock of
// anybody's.
#pragma once

#include <cstdint>

#include "runtime/go_process.h"

namespace seep::runtime {

// `pc` and `sp` of a thread in a system call. Its stack is followed by the sizes of its frames.
bool IsIdleThread(const GoProcess& process, uint64_t pc, uint64_t sp);

}  // namespace seep::runtime

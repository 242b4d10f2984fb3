// The threads of a process and where their stacks are.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"

namespace seep::capture {

// As parse/proc_threads reads it. A thread that runs shows no stack pointer: it is asked a few times.
Result<std::string> ListThreads(const std::string& proc_root, uint64_t pid);

}  // namespace seep::capture

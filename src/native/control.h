// How a running process is told to sample or to stop: seep stops one idle thread, loads this library with it
// and has it call seep_native_control_1() (src/capture/injection.h). The number in the name is the version of
// Orders.
#pragma once

#include <cstdint>

namespace seep::native {

enum class Action : uint64_t { kOn = 1, kOff = 2 };

// In memory of the target that seep writes and reads; drawn again in src/capture/injection.h.
struct Orders {
  Action action;
  uint64_t rate;   // of kOn: mean distance of samples, bytes
  uint64_t slots;  // answered: pointers to allocator functions that were turned to the sampler, or back
};

enum class Outcome : uint64_t {
  kDone = 0,
  kAlready = 1,      // it is on, or off, as ordered
  kNoMemory = 2,     // no file for the samples could be made
  kBusy = 3,         // threads are still inside the sampler
  kNoAllocator = 4,  // a function that has to stand behind the sampler was not found
};

}  // namespace seep::native

extern "C" seep::native::Outcome seep_native_control_1(seep::native::Orders* orders);

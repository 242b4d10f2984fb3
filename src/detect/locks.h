// Who waits for which lock, and who may hold it: read from the argument words of a goroutine dump.
//
// debug=2 prints the first argument of each frame that was not inlined. For (*Mutex).lockSlow and
// runtime_SemacquireMutex that is the lock's address (the semaphore lies 4 bytes into a Mutex; sync/mutex.go,
// internal/sync/mutex.go). A method's first argument is its receiver, so a goroutine that runs a method of
// the object around the lock and does not wait for the lock is a candidate for its holder. Frames marked
// "(...)" were inlined and say nothing.
#pragma once

#include <cstdint>
#include <vector>

#include "detect/analysis.h"

namespace seep::detect {

struct LockWaiter {
  uint64_t goid = 0;
  uint64_t lock = 0;      // address waited for
  uint64_t receiver = 0;  // of the innermost user frame; 0 = not printed
  model::FrameId site;    // that user frame
};

struct LockHolder {  // a candidate
  uint64_t goid = 0;
  model::FrameId site;  // where it stands in user code
  model::Wait wait = model::Wait::kUnknown;
};

struct Lock {
  uint64_t address = 0;
  std::vector<LockWaiter> waiters;
  std::vector<LockHolder> holders;  // at most a few
};

struct Locks {
  std::vector<Lock> locks;  // most waiters first
  uint64_t waiters = 0;
  uint64_t crossed = 0;  // waiters that wait for each other, two and two
};

Locks GatherLocks(const Analysis& analysis);

}  // namespace seep::detect

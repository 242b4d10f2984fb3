// From the hooks to the tables: which allocation is sampled, and what becomes of it.
//
// The way every allocation takes is a subtraction and a comparison on the thread's own counter, the way every
// free takes one load: neither calls, locks, allocates or writes shared memory. All else happens for sampled
// blocks only.
#pragma once

#include <cstddef>
#include <cstdint>

#include "native/tables.h"

namespace seep::native {

// Bytes until this thread's next sample; below 0: now, or not known yet.
struct ThreadState {
  int64_t left;
  uint64_t random;  // 0: not begun
  bool busy;        // inside the sampler: what it interrupts and what interrupts it is not sampled
};
// NOLINTBEGIN(cppcoreguidelines-avoid-non-const-global-variables): a library inside somebody else's process
// has no other place, and the hot path no time for a pointer.
extern __thread ThreadState thread_state;
extern constinit PageFilter page_filter;
// NOLINTEND(cppcoreguidelines-avoid-non-const-global-variables)

inline bool CountDown(size_t size) {
  // Unsigned: a size beyond all memory must not overflow.
  thread_state.left = static_cast<int64_t>(static_cast<uint64_t>(thread_state.left) - size);
  return thread_state.left < 0;
}

// After CountDown() said so: whether this block of `size` bytes is one to sample. Sets the counter anew.
bool Decide(size_t size);
// A block that was decided on and exists now.
void Record(void* block, size_t size, BlockKind kind);

// A block whose page may hold a sampled one: forgets it if it is one.
Tables::Taken Forget(const void* block);
// The block was not freed after all.
void Restore(const void* block, const Tables::Taken& taken);
// [begin, begin + size) is no longer mapped as it was.
void ForgetMappings(uint64_t begin, uint64_t size);

// A library may have been loaded, and slots in it not be turned yet (slots.h).
void NoteLoading();
void MeetNewLibraries();

// Pages of blocks that come from this library itself (hooks.cc): marked again when the filter was cleared.
void MarkEarlyBlocks();

}  // namespace seep::native

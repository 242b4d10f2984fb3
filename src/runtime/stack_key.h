// Stacks as keys: goroutines that are parked at the same calls have the same one.
#pragma once

#include <span>

#include "base/hash.h"
#include "runtime/unwind.h"

namespace seep::runtime {

// Keys are equal when all 128 bits are.
struct HashOf128 {
  size_t operator()(const Hash128& h) const { return h.low; }
};

// `seed` tells apart what else makes a group: labels.
inline Hash128 StackKey(std::span<const Frame> frames, uint64_t seed = 0) {
  Hash128 key = Mix(Mix(kHashSeed, seed), frames.size());
  for (const Frame& frame : frames) key = Mix(key, frame.CallPc());
  return key;
}

}  // namespace seep::runtime

// Which Go line has C keep memory: the native profiles of a series, read as ways through the program's Go
// code.
//
// A library call is made from many places, of which one forgets to free: then the line that calls C is
// shared, and what tells the leaking calls from the others is the first line further out that only they have.
// That line is the culprit. Calls that share the rest and keep nothing are the proof that the library is not
// to blame.
#pragma once

#include <string>
#include <vector>

#include "detect/analysis.h"
#include "detect/heap.h"

namespace seep::detect {

// All that was allocated on one way through the user's Go code.
struct NativeWay {
  std::vector<model::FrameId> go;       // user's frames, innermost first; empty: C's own threads
  std::vector<Estimate> live;           // bytes, by NativeSites::snapshots
  double allocated = 0;                 // bytes, newest profile
  model::StackId stack;                 // that holds most, newest profile
  double largest = 0;                   // live bytes of it
  std::vector<model::ChunkSize> sizes;  // live in the newest profile: bytes as asked for, estimated blocks
  // Since the sampler came, where there is one profile only: it had seen nothing then.
  Estimate Before() const { return live.size() > 1 ? live.front() : Estimate{}; }
  double Growth() const { return live.back().value - Before().value; }
};

struct NativeSites {
  std::vector<size_t> snapshots;  // with a native profile
  std::vector<NativeWay> ways;    // what grew most first
  Estimate live;                  // newest profile
};
NativeSites GatherNativeSites(const Analysis& analysis);

// Completes a finding about native memory: the Go line (culprit), the C function it calls (allocator), what
// other callers of the same keep, and how much of what was there before the sampler is likely the same.
struct NativeWitness {
  bool names = false;  // false: no native profile, or nothing in it that grows
  // A good part of what the line has had allocated while it was watched is still there: those are no blocks
  // in use for a moment, of which more load has more.
  bool keeps = false;
};
NativeWitness AddNativeSites(const Analysis& analysis, model::Finding& finding);

}  // namespace seep::detect

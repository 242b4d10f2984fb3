// Heap profiles read as a leak hunter does: live bytes by the user's line, with the error that sampling
// leaves (profile/sampling.h).
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "detect/frames.h"
#include "detect/matcher.h"
#include "model/knowledge.h"
#include "model/snapshot.h"

namespace seep::detect {

// A sum of scaled samples and its standard error.
struct Estimate {
  double value = 0;
  double variance = 0;
  double error() const { return variance > 0 ? std::sqrt(variance) : 0; }
  // Samples behind the figure, at least: one sampled object of 400 bytes is scaled up to 1,300, and must not
  // be taken for a crowd.
  double samples() const {
    return variance > 0 ? value * value / variance : value > 0 ? std::numeric_limits<double>::infinity() : 0;
  }
  void operator+=(const Estimate& other) {
    value += other.value;
    variance += other.variance;
  }
};

// One heap sample, unpacked.
struct HeapSample {
  model::StackId stack;
  Estimate bytes, objects;       // in use
  double allocated_objects = 0;  // since the start of the process
  double allocated_bytes = 0;
};
std::vector<HeapSample> LiveSamples(const model::Profile& heap, const model::StackTable& stacks);

// Live memory by the user's line, over the snapshots that carry a heap profile.
struct HeapSite {
  model::FrameId user;  // innermost user frame; none: allocated without user code on the stack
  std::vector<Estimate> bytes, objects;  // by Heaps::snapshots
  std::vector<double> allocated;         // objects ever allocated, by Heaps::snapshots
  model::StackId stack;                  // the largest stack, newest profile
  double largest = 0;
};

struct Heaps {
  std::vector<size_t> snapshots;                 // indices of the snapshots with a heap profile
  std::vector<double> totals;                    // live bytes
  std::vector<std::vector<HeapSample>> samples;  // by `snapshots`
  std::vector<HeapSite> sites;                   // largest newest bytes first
};
Heaps GatherHeaps(const model::Series& series, const Frames& frames);

// Where objects of an owner kind (http.Transport, sql.DB, ...) were allocated, by the user's line.
struct OwnerSite {
  const model::Owner* owner = nullptr;
  model::FrameId user;
  Estimate objects;                            // live, newest profile
  std::optional<double> allocated_per_second;  // between the first and the last profile
  double bytes = 0;
  // By chance one shared object is seen as a thousand: a single sample shows a place, and proves no number.
  // Two samples, or unequal ones that add up to as much.
  bool IsCounted() const { return !owner->place_only && objects.samples() >= 1.5; }
  bool literal = false;  // the object itself is allocated on this very line, not by the library for it
};
// `library`: only owners of that library, and those of none; empty for all.
std::vector<OwnerSite> FindOwners(const Heaps& heaps, const std::string& finding,
                                  const model::Knowledge& knowledge, const Frames& frames,
                                  const Matcher& matcher, double window_seconds,
                                  const std::string& library = {});

// Live bytes of the newest profile whose stack holds any of the functions.
double BytesUnder(const Heaps& heaps, const Matcher& matcher, const std::vector<std::string>& functions);

}  // namespace seep::detect

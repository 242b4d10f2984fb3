// What an endpoint would have said, out of the memory of the process itself.
#pragma once

#include "pipeline/pipeline.h"

namespace seep::pipeline {

// Adds to the round: "goroutine?debug=2" (above kMostDumped goroutines "goroutine", the profile, instead),
// "runtime/poll", "runtime/process" and "heap". What cannot be had is an artifact with its error.
void LookInside(const capture::InsideRequest& request, const Options& options, capture::Round& round);

}  // namespace seep::pipeline

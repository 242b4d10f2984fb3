// What an endpoint would have said, out of the memory of the process itself.
#pragma once

#include "capture/capture.h"

namespace seep::pipeline {

// Adds to the round: "goroutine?debug=2" (above kMostDumped goroutines "goroutine", the profile, instead),
// "runtime/poll" and "runtime/process". What cannot be had is an artifact with its error.
void LookInside(const capture::InsideRequest& request, const capture::CaptureOptions& options,
                capture::Round& round);

}  // namespace seep::pipeline

// What a function that hands out a resource does besides, which its callers have to reckon with.
#pragma once

#include "goscan/rules/holding.h"

namespace seep::goscan {

// Whether a return that says that all went well gives what was given back before: a helper that reads the
// answer, closes it, and returns it for its header.
bool ReturnsWhatItGaveBack(Analysis& analysis, uint32_t function, const Outcome& outcome);

// Whether it returns nil for this result, and nil for the error.
bool GivesNothingAtTimes(Analysis& analysis, uint32_t function, uint32_t result);

}  // namespace seep::goscan

// Two reports of one service, before and after a change: did the fix work? Pure, like everything in detect/.
#pragma once

#include "model/comparison.h"
#include "model/finding.h"

namespace seep::detect {

// Compares the first target of each report.
model::Comparison Compare(const model::Report& before, const model::Report& after);

}  // namespace seep::detect

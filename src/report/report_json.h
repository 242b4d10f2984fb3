// The parts of a finding that JSON and the page share as data: curves, ages, stacks.
#pragma once

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "base/time.h"
#include "model/finding.h"
#include "model/stack_table.h"

namespace seep::report {

// [{"name","unit","points":[[seconds, value], ...]}]; points that are no numbers are left out.
nlohmann::ordered_json CurvesJson(const std::vector<model::Curve>& curves);
// {"name","bins":[[upper edge in seconds, count], ...]}; an infinite edge is null.
nlohmann::ordered_json HistogramJson(const model::Histogram& histogram);
// [{"count" or "bytes","frames":[{"function","file","line","library"}]}], innermost frame first, at most
// `most` stacks.
nlohmann::ordered_json StacksJson(const model::Finding& finding, const model::StackTable& stacks,
                                  size_t most);

}  // namespace seep::report

// Parts that several JSON forms share, and the page: curves, ages, stacks, gaps.
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

// [{"what","why","how"}]
nlohmann::ordered_json GapsJson(const std::vector<model::Gap>& gaps);
// {"function"}, with "file" and "line" where they are known.
nlohmann::ordered_json FrameJson(std::string_view function, std::string_view file, int64_t line);
// {"schema","seep","targets"}, as text.
std::string TargetsDocument(std::string_view schema, std::string_view version,
                            nlohmann::ordered_json targets);

}  // namespace seep::report

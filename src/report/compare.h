// The rendering of `seep compare BEFORE AFTER`.
#pragma once

#include <string>

#include "model/comparison.h"
#include "report/reporter.h"

namespace seep::report {

std::string CompareText(const model::Comparison& comparison, const Style& style);
// Schema "seep.compare/1", docs/compare.schema.json.
std::string CompareJson(const model::Comparison& comparison, const Style& style);

}  // namespace seep::report

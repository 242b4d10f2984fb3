// The rendering of `seep native`.
#pragma once

#include <string>

#include "model/native.h"
#include "report/reporter.h"

namespace seep::report {

// At most `top` sites (0: all) are shown.
std::string NativeText(const model::NativeReport& report, const Style& style, size_t top);
// Schema "seep.native/1", docs/native.schema.json.
std::string NativeJson(const model::NativeReport& report, const Style& style);

}  // namespace seep::report

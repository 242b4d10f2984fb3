// The rendering of `seep memory`.
#pragma once

#include <string>
#include <vector>

#include "model/account.h"
#include "report/reporter.h"

namespace seep::report {

// Processes one after the other; two of them side by side, a column each, and what the second has more.
std::string MemoryText(const std::vector<model::MemoryReport>& processes, const Style& style);
// Schema "seep.memory/1", docs/memory.schema.json.
std::string MemoryJson(const std::vector<model::MemoryReport>& processes, const Style& style);

}  // namespace seep::report

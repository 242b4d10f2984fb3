// `seep explain [ID]`: what a finding means, how it is decided, how to fix it. The texts come from the
// knowledge.
#pragma once

#include <span>
#include <string>

#include "model/knowledge.h"
#include "report/reporter.h"

namespace seep::report {

std::string Explain(const model::FindingText& text, const Style& style);
// All ids with their titles, in alphabetical order.
std::string ExplainList(std::span<const model::FindingText> texts, const Style& style);

}  // namespace seep::report

// Runs every detector over one series and finishes what they report: texts from the knowledge, placeholders,
// severity, order.
#pragma once

#include <vector>

#include "detect/analysis.h"
#include "detect/detector.h"

namespace seep::detect {

struct Detected {
  std::vector<model::Finding> findings;
  std::vector<model::Note> notes;
  std::vector<model::Gap> gaps;  // evidence without which a detector could not speak
  model::Looked looked;          // for the one line of a healthy service
};

Detected Detect(const model::Series& series, const model::StackTable& stacks,
                const model::Knowledge& knowledge);

}  // namespace seep::detect

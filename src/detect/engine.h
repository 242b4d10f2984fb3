// Runs every detector over one series and finishes what they report: texts from the knowledge, placeholders,
// severity, order.
#pragma once

#include <vector>

#include "detect/analysis.h"
#include "detect/detector.h"
#include "model/scan_review.h"

namespace seep::detect {

struct Detected {
  std::vector<model::Finding> findings;
  std::vector<model::Note> notes;
  std::vector<model::Gap> gaps;  // evidence without which a detector could not speak
  model::Looked looked;          // for the one line of a healthy service
  // By finding of the scan: what the process says of that place in its source; empty without a scan.
  std::vector<std::vector<model::ScanAgreement>> seen;
};

// `scan`: what was found in the source of the process; null: it was not looked at.
Detected Detect(const model::Series& series, const model::StackTable& stacks,
                const model::Knowledge& knowledge, const model::ScanReport* scan = nullptr);

}  // namespace seep::detect

#include "pipeline/compare.h"

#include "detect/compare.h"

namespace seep::pipeline {

Result<model::Comparison> Compare(const std::string& before, const std::string& after, const Options& options,
                                  const capture::Clock& clock, const Log& log) {
  SEEP_TRY(const Outcome first, Diagnose({before}, options, clock, log));
  SEEP_TRY(const Outcome second, Diagnose({after}, options, clock, log));
  return detect::Compare(first.report, second.report);
}

}  // namespace seep::pipeline

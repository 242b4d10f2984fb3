// Two diagnoses held against each other, for `seep compare`.
#pragma once

#include "model/comparison.h"
#include "pipeline/pipeline.h"

namespace seep::pipeline {

Result<model::Comparison> Compare(const std::string& before, const std::string& after, const Options& options,
                                  const capture::Clock& clock, const Log& log);

}  // namespace seep::pipeline

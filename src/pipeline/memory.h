// Where the resident memory of processes is.
#pragma once

#include <string>
#include <vector>

#include "model/account.h"
#include "pipeline/pipeline.h"

namespace seep::pipeline {

// One report a process, in the order of the targets. An Error where of no process can be said where its
// memory is.
Result<std::vector<model::MemoryReport>> ReadMemory(const std::vector<std::string>& targets,
                                                    const Options& options, const capture::Clock& clock,
                                                    const Log& log);

}  // namespace seep::pipeline

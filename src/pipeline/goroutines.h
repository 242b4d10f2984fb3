// Goroutines of targets, in the forms that people and other tools take them.
#pragma once

#include <string>
#include <vector>

#include "detect/goroutine_groups.h"
#include "pipeline/pipeline.h"

namespace seep::pipeline {

struct GoroutineLists {
  model::StackTable stacks;
  std::vector<model::GoroutineList> lists;  // one a process
};

// Of any target: of a running process (and of a core file) out of its memory, of all else out of the
// goroutine dump or profile that it has or gives. With more than one sample, running processes are looked at
// again after each interval, and goroutines that have not moved since are told.
Result<GoroutineLists> ListGoroutines(const std::vector<std::string>& targets, const Options& options,
                                      const detect::GroupOptions& groups, const capture::Clock& clock,
                                      const Log& log);

// Every goroutine of a process or core file, as goroutine?debug=2 prints it.
Result<std::string> GoroutineDumpText(const std::string& target, const Options& options);
// Their numbers by stack, as goroutine?debug=1 prints them.
Result<std::string> GoroutineCountText(const std::string& target, const Options& options);
// As goroutine?debug=0 has it, compressed.
Result<std::string> GoroutineProfileBytes(const std::string& target, const Options& options);

// The pids of all Go programs of this machine that may be read; how many processes may not is said on `log`.
// kNotFound: there is none.
Result<std::vector<std::string>> GoProcesses(const Options& options, const Log& log);

}  // namespace seep::pipeline

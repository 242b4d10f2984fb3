// The heap of a running process or a core file, read out of its memory.
#pragma once

#include <string>

#include "model/heap_view.h"
#include "pipeline/outside.h"
#include "pipeline/pipeline.h"

namespace seep::pipeline {

Result<model::HeapView> ReadHeap(const std::string& target, const Options& options);

// As the endpoint `heap` has it, compressed. kNoEvidence: the program samples nothing; the error says why.
Result<std::string> HeapProfileBytes(const std::string& target, const Options& options);

// The same of a process that is open already: for an artifact among others.
Result<std::string> HeapProfileBytes(const Outside& outside);
// What of runtime.MemStats can be counted from outside, as a line of the artifact runtime/process has it
// (parse/go_process): "memstats HeapAlloc=1 HeapInuse=2 ..."; "" where nothing could be read.
std::string MemStatsLine(const Outside& outside);

}  // namespace seep::pipeline

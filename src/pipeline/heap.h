// The heap of a running process or a core file, read out of its memory.
#pragma once

#include <string>

#include "model/heap_view.h"
#include "pipeline/outside.h"
#include "pipeline/pipeline.h"
#include "runtime/spans.h"

namespace seep::pipeline {

Result<model::HeapView> ReadHeap(const std::string& target, const Options& options);

// As the endpoint `heap` has it, compressed. kNoEvidence: the program samples nothing; the error says why.
Result<std::string> HeapProfileBytes(const std::string& target, const Options& options);

// The same of a process that is open already: for an artifact among others.
Result<std::string> HeapProfileBytes(const Outside& outside);
// Lines of the artifact runtime/process (parse/go_process) that the spans of the heap tell: "arenas ...",
// "metadata ...", and with `mem_stats` what of runtime.MemStats can be counted from outside.
std::string SpanLines(const Outside& outside, const runtime::HeapSpans& spans, bool mem_stats);

}  // namespace seep::pipeline

// The program's course in one place: targets -> artifacts -> fragments -> series -> findings -> report. The
// stages hold the logic; this folder only puts them in order.
#pragma once

#include <string>
#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "capture/capture.h"
#include "model/finding.h"
#include "model/knowledge.h"
#include "model/scan_review.h"
#include "model/stack_table.h"
#include "parse/format.h"

namespace seep::pipeline {

struct Options {
  capture::CaptureOptions capture;
  parse::ParseLimits parse;
  std::vector<std::string> knowledge_folders;  // --knowledge
  // What was found in the source of the process; null: it was not looked at.
  const model::ScanReport* scan = nullptr;
  std::string binary;   // --binary: the executable of a core file; empty: where it was when it ran
  bool inject = false;  // --inject: sample native memory meanwhile (native_evidence.h)
};

// Everything a run leaves behind: the report, what its ids mean, and the evidence for a bundle.
struct Outcome {
  model::Report report;
  model::StackTable stacks;
  capture::Captured captured;
  // By finding of Options::scan: what the processes say of that place.
  std::vector<std::vector<model::ScanAgreement>> seen;
};

// The embedded knowledge and what --knowledge adds.
Result<model::Knowledge> LoadKnowledge(const std::vector<std::string>& folders);

// Takes the evidence and explains it. An Error only where nothing at all can be said.
Result<Outcome> Diagnose(const std::vector<std::string>& targets, const Options& options,
                         const capture::Clock& clock, const Log& log);

// What was taken, read and put together, and not judged.
struct Evidence {
  model::StackTable stacks;
  std::vector<model::Series> series;  // at least one
  std::vector<model::Gap> gaps;
};
Result<Evidence> ReadEvidence(const capture::Captured& captured, const Options& options, const Log& log);

// The same from evidence already taken.
Result<Outcome> Explain(capture::Captured captured, const model::Knowledge& knowledge, const Options& options,
                        const Log& log);

// Only the first stage, for `seep capture`.
Result<capture::Captured> Capture(const std::vector<std::string>& targets, const Options& options,
                                  const capture::Clock& clock, const Log& log);

}  // namespace seep::pipeline

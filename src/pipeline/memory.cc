#include "pipeline/memory.h"

#include <algorithm>
#include <array>
#include <utility>

#include "detect/memory_account.h"

namespace seep::pipeline {
namespace {

// Evidence of other things is not missed here.
bool IsAboutMemory(const model::Gap& gap) {
  constexpr std::array<std::string_view, 8> kWords = {"smaps",  "status", "C heap",   "Go heap",
                                                      "cgroup", "thread", "runtime/", "restart"};
  return std::ranges::any_of(kWords,
                             [&](std::string_view word) { return gap.what.find(word) != gap.what.npos; });
}

void AddGaps(const std::vector<model::Gap>& gaps, model::MemoryReport& report) {
  for (const model::Gap& gap : gaps)
    if (IsAboutMemory(gap) && std::ranges::find(report.gaps, gap) == report.gaps.end())
      report.gaps.push_back(gap);
}

}  // namespace

Result<std::vector<model::MemoryReport>> ReadMemory(const std::vector<std::string>& targets,
                                                    const Options& options, const capture::Clock& clock,
                                                    const Log& log) {
  Options how = options;
  how.capture.memory_only = true;
  SEEP_TRY(const capture::Captured captured, Capture(targets, how, clock, log));
  SEEP_TRY(const Evidence evidence, ReadEvidence(captured, how, log));
  std::vector<model::MemoryReport> reports;
  for (const model::Series& series : evidence.series) {
    model::MemoryReport report{series.process, {}, {}};
    for (const model::Snapshot& s : series.snapshots) {
      if (auto account = detect::MakeMemoryAccount(s, evidence.stacks))
        report.moments.push_back(std::move(*account));
      AddGaps(s.gaps, report);
    }
    AddGaps(series.gaps, report);
    AddGaps(evidence.gaps, report);
    if (!report.moments.empty()) reports.push_back(std::move(report));
  }
  if (!reports.empty()) return reports;
  Error error{ErrorCode::kNoEvidence, "it is not said where the memory is: /proc/PID/smaps is missing", "",
              "give a pid of this host, a bundle, or a folder with a copy of /proc/PID/smaps and status"};
  for (const model::Gap& gap : evidence.gaps)
    if (gap.what.find("smaps") != gap.what.npos) error = {ErrorCode::kPermission, gap.why, gap.what, gap.how};
  return Fail(std::move(error));
}

}  // namespace seep::pipeline

#include "pipeline/pipeline.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "assemble/assemble.h"
#include "base/text.h"
#include "capture/files.h"
#include "detect/engine.h"
#include "parse/knowledge/knowledge.h"
#include "parse/parse.h"
#include "pipeline/look_inside.h"
#include "pipeline/native_evidence.h"
#include "report/report.h"
#include "seep_knowledge.h"

namespace seep::pipeline {
namespace {

// An artifact that could not be had or read is a gap, never silence and never the end.
model::Gap GapOf(const model::Artifact& artifact, const Error& error) {
  const std::string what = artifact.name.empty() ? artifact.source : artifact.name;
  return {
      Printable(what),
      Printable(error.where.empty() || error.where == what ? error.what : error.where + ": " + error.what),
      Printable(error.hint)};
}

// Files that are no evidence at all are named one by one only while they are few: somebody gave a whole
// folder.
constexpr size_t kNamedFiles = 3;

void FoldStrangers(std::vector<model::Gap> strangers, size_t all, std::vector<model::Gap>& gaps) {
  if (strangers.size() <= kNamedFiles) {
    std::ranges::move(strangers, std::back_inserter(gaps));
    return;
  }
  const model::Gap& first = strangers.front();
  gaps.push_back({Plural(strangers.size(), "file"),
                  fmt::format("{} of the {} given are no evidence seep knows; the first is {}",
                              FormatCount(strangers.size()), Plural(all, "file"), first.why),
                  "name the files wanted, or give a folder with evidence only"});
}

std::vector<assemble::Piece> Parse(const capture::Captured& captured, parse::Context& context, const Log& log,
                                   std::vector<model::Gap>& gaps) {
  std::vector<assemble::Piece> pieces;
  std::vector<model::Gap> strangers;
  for (const model::Artifact& artifact : captured.artifacts) {
    if (artifact.bytes.size() > (64u << 20)) log.Progress("reading " + artifact.source);
    auto fragments = parse::ParseArtifact(artifact, context);
    if (!fragments) {
      const bool stranger = fragments.error().code == ErrorCode::kNoEvidence;
      (stranger ? strangers : gaps).push_back(GapOf(artifact, fragments.error()));
      continue;
    }
    for (model::Snapshot& fragment : *fragments) {
      if (!fragment.at && artifact.at) fragment.at = artifact.at;
      pieces.push_back({std::move(fragment), artifact.name, artifact.target, artifact.round, artifact.package,
                        artifact.modified, pieces.size()});
    }
  }
  FoldStrangers(std::move(strangers), captured.artifacts.size(), gaps);
  return pieces;
}

model::TargetReport Describe(const model::Series& series, detect::Detected& detected) {
  model::TargetReport target{series.process.name, series.process, {}, std::move(detected.looked)};
  for (const model::Snapshot& s : series.snapshots) target.snapshots.push_back({s.at, s.sources, s.gaps});
  return target;
}

template <class T>
void Append(std::vector<T>& into, std::vector<T>&& from) {
  std::ranges::move(from, std::back_inserter(into));
}

void SortGaps(std::vector<model::Gap>& gaps) {
  std::ranges::sort(gaps);
  const auto repeated = std::ranges::unique(gaps);
  gaps.erase(repeated.begin(), repeated.end());
}

}  // namespace

Result<model::Knowledge> LoadKnowledge(const std::vector<std::string>& folders) {
  SEEP_TRY(model::Knowledge knowledge, parse::ParseKnowledge(seep_knowledge_files()));
  for (const std::string& folder : folders) {
    capture::Captured files;
    SEEP_TRY_VOID(capture::TakePath(folder, {}, files));
    for (const model::Artifact& file : files.artifacts) {
      if (file.error) return Fail(*file.error);
      if (file.name.ends_with(".yaml"))
        SEEP_TRY_VOID(parse::AddKnowledge(file.bytes.view(), file.source, knowledge));
    }
  }
  if (!folders.empty()) SEEP_TRY_VOID(parse::CheckKnowledge(knowledge));
  return knowledge;
}

Result<capture::Captured> Capture(const std::vector<std::string>& targets, const Options& options,
                                  const capture::Clock& clock, const Log& log) {
  std::vector<model::TargetSpec> specs;
  for (const std::string& text : targets) {
    SEEP_TRY(specs.emplace_back(), capture::RecogniseTarget(text));
  }
  capture::CaptureOptions how = options.capture;
  NativeEvidence native(options.inject, HowToOpen(options));
  how.look_inside = [&](const capture::InsideRequest& request, capture::Round& round) {
    LookInside(request, options, round);
    native.Take(request, round);
  };
  auto captured = capture::Capture(specs, how, clock, log);
  native.End(log);
  return captured;
}

Result<Outcome> Diagnose(const std::vector<std::string>& targets, const Options& options,
                         const capture::Clock& clock, const Log& log) {
  // First what may be wrong before anything is asked of a target: evidence of an incident is taken once.
  SEEP_TRY(const model::Knowledge knowledge, LoadKnowledge(options.knowledge_folders));
  SEEP_TRY(capture::Captured captured, Capture(targets, options, clock, log));
  return Explain(std::move(captured), knowledge, options, log);
}

Result<Evidence> ReadEvidence(const capture::Captured& captured, const Options& options, const Log& log) {
  Evidence evidence;
  evidence.gaps = captured.gaps;

  // Bytes become values. Every unreadable piece is a gap from here on.
  parse::Context context{evidence.stacks, options.parse};
  std::vector<assemble::Piece> pieces = Parse(captured, context, log, evidence.gaps);

  // What belongs together. Beyond this point the evidence is frozen.
  assemble::Assembled assembled = assemble::Assemble(std::move(pieces));
  Append(evidence.gaps, std::move(assembled.gaps));
  evidence.series = std::move(assembled.series);
  if (!evidence.series.empty()) return evidence;
  SortGaps(evidence.gaps);
  Error error{ErrorCode::kBadInput, "no evidence could be read", "", ""};
  if (!evidence.gaps.empty())
    error = {ErrorCode::kBadInput, evidence.gaps.front().why, evidence.gaps.front().what,
             evidence.gaps.front().how};
  return Fail(std::move(error));
}

Result<Outcome> Explain(capture::Captured captured, const model::Knowledge& knowledge, const Options& options,
                        const Log& log) {
  Outcome outcome;
  outcome.captured = std::move(captured);
  SEEP_TRY(Evidence evidence, ReadEvidence(outcome.captured, options, log));
  outcome.stacks = std::move(evidence.stacks);
  model::Report& report = outcome.report;
  report.gaps = std::move(evidence.gaps);

  // What it means, one process at a time.
  if (options.scan != nullptr) outcome.seen.resize(options.scan->findings.size());
  for (const model::Series& series : evidence.series) {
    detect::Detected detected = detect::Detect(series, outcome.stacks, knowledge, options.scan);
    for (size_t i = 0; i < detected.seen.size(); ++i) Append(outcome.seen[i], std::move(detected.seen[i]));
    for (model::Finding& finding : detected.findings)
      finding.target = static_cast<int>(report.targets.size());
    Append(report.findings, std::move(detected.findings));
    Append(report.notes, std::move(detected.notes));
    Append(report.gaps, std::move(detected.gaps));
    for (const model::Gap& gap : series.gaps) report.gaps.push_back(gap);
    report.targets.push_back(Describe(series, detected));
  }
  for (auto& seen : outcome.seen)  // surest first, whichever process says so
    std::ranges::stable_sort(seen, {},
                             [](const model::ScanAgreement& s) { return std::pair(s.confidence, s.rank); });
  SortGaps(report.gaps);
  std::ranges::stable_sort(report.findings, report::MoreSevere);
  return outcome;
}

}  // namespace seep::pipeline

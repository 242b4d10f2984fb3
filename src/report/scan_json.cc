#include <nlohmann/json.hpp>

#include "base/text.h"
#include "report/report_json.h"
#include "report/scan.h"

namespace seep::report {
namespace {

using Json = nlohmann::ordered_json;
using model::ScanFinding;
using model::ScanMark;
using model::ScanState;

std::string_view StateName(ScanState state) {
  return state == ScanState::kSuppressed ? "suppressed" : state == ScanState::kKnown ? "known" : "shown";
}

void AddSpot(const Scanned& scanned, const model::SourceSpot& spot, Json& out) {
  out["file"] = Printable(scanned.prefix + spot.file);
  out["line"] = spot.line;
  if (spot.column != 0) out["column"] = spot.column;
  if (spot.end_line != 0) out["end_line"] = spot.end_line;
  if (spot.end_column != 0) out["end_column"] = spot.end_column;
}

Json SuppressionJson(const Scanned& scanned, const model::ScanSuppression& s) {
  return {{"kind", s.kind},
          {"names", Printable(s.names)},
          {"reason", Printable(s.reason)},
          {"file", Printable(scanned.prefix + s.file)},
          {"line", s.line}};
}

Json SeenJson(const Scanned& scanned, const model::ScanAgreement& seen) {
  Json out = {{"finding", Printable(seen.finding)},
              {"process", Printable(seen.process)},
              {"confidence", Name(seen.confidence)},
              {"why", Printable(seen.why)},
              {"count", seen.count},
              {"rank", seen.rank},
              {"of", seen.of}};
  if (!seen.stack || seen.stack.value >= scanned.stacks.stack_count()) return out;
  Json frames = Json::array();
  for (const model::FrameId frame : scanned.stacks.frames(seen.stack))
    frames.push_back(FrameJson(scanned.stacks.function(frame), scanned.stacks.file(frame),
                               static_cast<int64_t>(scanned.stacks.line(frame))));
  out["stack"] = std::move(frames);
  return out;
}

Json FindingJson(const Scanned& scanned, const ScanFinding& f, const ScanMark& mark) {
  const model::ScanRule& rule = RuleOf(scanned, f.rule);
  Json out = {{"rule", f.rule},
              {"name", rule.name},
              {"state", StateName(mark.state)},
              {"confidence", Name(f.confidence)},
              {"severity", f.severity}};
  AddSpot(scanned, f.where, out);
  out["function"] = Printable(f.function);
  out["message"] = Printable(f.message);
  out["code"] = Printable(mark.code);
  out["fingerprint"] = mark.fingerprint;
  Json path = Json::array();
  for (const model::SourceSpot& spot : f.path) {
    Json one;
    AddSpot(scanned, spot, one);
    one["note"] = Printable(spot.note);
    path.push_back(std::move(one));
  }
  out["path"] = std::move(path);
  out["fix"] = rule.fix;
  Json edits = Json::array();
  for (const model::SourceEdit& edit : f.edits)
    edits.push_back({{"file", Printable(scanned.prefix + edit.file)},
                     {"begin", edit.begin},
                     {"end", edit.end},
                     {"text", Printable(edit.text)}});
  out["edits"] = std::move(edits);
  if (mark.suppression) out["suppression"] = SuppressionJson(scanned, *mark.suppression);
  Json seen = Json::array();
  for (const model::ScanAgreement& one : mark.seen) seen.push_back(SeenJson(scanned, one));
  out["seen"] = std::move(seen);
  return out;
}

}  // namespace

std::string ScanJson(const Scanned& scanned, const Style& style) {
  const model::ScanReview& review = scanned.review;
  Json findings = Json::array();
  for (const size_t i : Shown(review))
    findings.push_back(FindingJson(scanned, review.report.findings[i], review.marks[i]));
  for (size_t i = 0; i < review.marks.size(); ++i) {
    const ScanState state = review.marks[i].state;
    if (state == ScanState::kSuppressed || state == ScanState::kKnown)
      findings.push_back(FindingJson(scanned, review.report.findings[i], review.marks[i]));
  }
  Json unused = Json::array();
  for (const model::ScanSuppression& s : review.unused) unused.push_back(SuppressionJson(scanned, s));
  const Json out = {
      {"schema", "seep.scan/1"},
      {"seep", style.version},
      {"folder", Printable(review.report.folder)},
      {"module", Printable(review.report.module)},
      {"go_version", Printable(review.report.go_version)},
      {"files", review.report.files},
      {"bytes", review.report.bytes},
      {"lines", review.report.lines},
      {"functions", review.report.functions},
      {"findings", std::move(findings)},
      {"hidden", {{"weak", review.Count(ScanState::kWeak)}, {"off", review.Count(ScanState::kOff)}}},
      {"unused_suppressions", std::move(unused)},
      {"gaps", GapsJson(review.report.gaps)}};
  return out.dump(2) + "\n";
}

}  // namespace seep::report

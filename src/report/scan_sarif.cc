// SARIF 2.1.0: sections are those of the OASIS standard. GitHub's limits (docs.github.com, "SARIF support for
// code scanning"): 25,000 results a run, 1,000 locations a result, 10,000 locations of thread flows, 20 tags
// a rule.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "report/layout.h"
#include "report/report.h"
#include "report/scan.h"

namespace seep::report {
namespace {

using Json = nlohmann::ordered_json;
using model::ScanFinding;
using model::ScanMark;
using model::ScanState;
using model::SourceSpot;

constexpr size_t kMostResults = 25'000, kMostSteps = 1'000, kMostTags = 20;

Json Text(std::string_view text) {
  return {{"text", Clean(text)}};
}

// RFC 3986: what is no unreserved character and no '/' is escaped.
std::string Uri(std::string_view path) {
  std::string out;
  for (const char c : path) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-._~/").find(c) != std::string_view::npos;
    if (plain)
      out += c;
    else
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out.starts_with('/') ? "file://" + out : out;
}

// §3.4; a relative one is below what the reader takes for the root of the sources.
Json Artifact(const std::string& path) {
  if (path.starts_with('/')) return {{"uri", Uri(path)}};
  return {{"uri", Uri(path)}, {"uriBaseId", "%SRCROOT%"}};
}

// §3.30; an end before the beginning is none.
Json Region(const SourceSpot& spot) {
  Json out = {{"startLine", std::max(1u, spot.line)}};
  if (spot.column != 0) out["startColumn"] = spot.column;
  if (spot.end_line > spot.line) out["endLine"] = spot.end_line;
  const bool after = spot.end_line > spot.line || spot.end_column >= spot.column;
  if (spot.end_column != 0 && spot.end_line >= spot.line && after) out["endColumn"] = spot.end_column;
  return out;
}

Json PhysicalLocation(const Scanned& scanned, const SourceSpot& spot) {
  return {{"artifactLocation", Artifact(scanned.prefix + spot.file)}, {"region", Region(spot)}};
}

// §3.49
Json RuleJson(const model::ScanRule& rule) {
  Json tags = Json::array({"go", "leak"});
  for (const std::string& tag : rule.tags) {
    if (tags.size() == kMostTags) break;
    // As CodeQL writes it, which is what GitHub filters by.
    tags.push_back(tag.starts_with("CWE-") ? "external/cwe/cwe-" + tag.substr(4) : tag);
  }
  const bool error = rule.severity == "critical" || rule.severity == "high";
  const std::string_view level = error ? "error" : rule.severity == "medium" ? "warning" : "note";
  std::string markdown = fmt::format("{}\n\n**Fix**: {}\n", rule.what, rule.fix);
  if (!rule.findings.empty())
    markdown += fmt::format("\nIn a running process: {}.\n", Join(rule.findings, ", "));
  return {{"id", rule.id},
          {"name", rule.name},
          {"shortDescription", Text(rule.title)},
          {"fullDescription", Text(rule.what)},
          {"help", {{"text", Clean(rule.what + " Fix: " + rule.fix)}, {"markdown", Clean(markdown)}}},
          {"defaultConfiguration", {{"level", level}}},
          {"properties",
           {{"tags", std::move(tags)},
            {"precision", "high"},
            {"problem.severity", level == "note" ? "recommendation" : level}}}};
}

// §3.36: from where it is taken to where it is lost.
Json CodeFlow(const Scanned& scanned, const ScanMark& mark) {
  Json steps = Json::array();
  for (const SourceSpot& spot : mark.path) {
    if (steps.size() == kMostSteps) break;
    steps.push_back(
        {{"location",
          {{"physicalLocation", PhysicalLocation(scanned, spot)}, {"message", Text(spot.note)}}}});
  }
  return {{"threadFlows", Json::array({{{"locations", std::move(steps)}}})}};
}

// §3.55: one replacement for each edit, by file.
Json FixJson(const Scanned& scanned, const ScanFinding& f, const ScanMark& mark) {
  std::map<std::string, Json> changes;
  for (size_t i = 0; i < f.edits.size() && i < mark.edits.size(); ++i) {
    if (mark.edits[i].line == 0) return nullptr;
    Json& list = changes[f.edits[i].file];
    SourceSpot spot = mark.edits[i];
    Json region = Region(spot);
    region["endLine"] = spot.end_line;
    region["endColumn"] = spot.end_column;
    list.push_back(
        {{"deletedRegion", std::move(region)}, {"insertedContent", {{"text", Printable(f.edits[i].text)}}}});
  }
  Json files = Json::array();
  for (auto& [file, list] : changes)
    files.push_back(
        {{"artifactLocation", Artifact(scanned.prefix + file)}, {"replacements", std::move(list)}});
  return Json::array(
      {{{"description", Text(RuleOf(scanned, f.rule).fix)}, {"artifactChanges", std::move(files)}}});
}

// §3.44: what the process showed.
Json StackJson(const Scanned& scanned, const model::ScanAgreement& seen) {
  Json frames = Json::array();
  for (const model::FrameId frame : scanned.stacks.frames(seen.stack)) {
    Json location = {{"logicalLocations",
                      Json::array({{{"fullyQualifiedName", Printable(scanned.stacks.function(frame))}}})}};
    if (const std::string_view file = scanned.stacks.file(frame); !file.empty())
      location["physicalLocation"] = {
          {"artifactLocation", {{"uri", Uri(file)}}},
          {"region", {{"startLine", std::max<uint64_t>(1, scanned.stacks.line(frame))}}}};
    frames.push_back({{"location", std::move(location)}});
  }
  return {{"message", Text(SeenText(seen))}, {"frames", std::move(frames)}};
}

void AddSeen(const Scanned& scanned, const ScanMark& mark, Json& result) {
  Json stacks = Json::array(), evidence = Json::array();
  for (const model::ScanAgreement& seen : mark.seen) {
    evidence.push_back({{"finding", Printable(seen.finding)},
                        {"process", Printable(seen.process)},
                        {"confidence", Name(seen.confidence)},
                        {"why", Printable(seen.why)},
                        {"count", seen.count}});
    if (seen.stack && seen.stack.value < scanned.stacks.stack_count())
      stacks.push_back(StackJson(scanned, seen));
  }
  if (!stacks.empty()) result["stacks"] = std::move(stacks);
  if (!evidence.empty()) result["properties"]["runtimeEvidence"] = std::move(evidence);
}

// §3.35. A comment that the process contradicts suppresses nothing: the message says so.
Json Suppressions(const Scanned& scanned, const ScanMark& mark) {
  Json list = Json::array();
  if (mark.state == ScanState::kSuppressed && mark.suppression)
    list.push_back({{"kind", "inSource"},
                    {"justification", Printable(mark.suppression->reason)},
                    {"location",
                     {{"physicalLocation",
                       {{"artifactLocation", Artifact(scanned.prefix + mark.suppression->file)},
                        {"region", {{"startLine", mark.suppression->line}}}}}}}});
  if (mark.state == ScanState::kKnown)
    list.push_back({{"kind", "external"}, {"justification", "it was there before"}});
  return list;
}

std::string Message(const ScanFinding& f, const ScanMark& mark) {
  std::string text = Clean(f.message);
  for (const model::ScanAgreement& seen : mark.seen) text += "\nSeen running: " + SeenText(seen) + ".";
  if (!mark.seen.empty() && mark.suppression)
    text += fmt::format("\nThe //{} of line {} sets it aside, but a process shows it.",
                        mark.suppression->kind, mark.suppression->line);
  return text;
}

// §3.27
Json ResultJson(const Scanned& scanned, size_t index, const std::map<std::string, size_t>& rules) {
  const ScanFinding& f = scanned.review.report.findings[index];
  const ScanMark& mark = scanned.review.marks[index];
  Json result = {{"ruleId", f.rule}};
  if (const auto it = rules.find(f.rule); it != rules.end()) result["ruleIndex"] = it->second;
  result["level"] = Level(f, mark);
  result["message"] = {{"text", Message(f, mark)}};
  result["locations"] =
      Json::array({{{"physicalLocation", PhysicalLocation(scanned, mark.where)},
                    {"logicalLocations",
                     Json::array({{{"fullyQualifiedName", Printable(f.function)}, {"kind", "function"}}})}}});
  result["partialFingerprints"] = {{"primaryLocationLineHash", mark.fingerprint},
                                   {"seepFinding/v1", mark.fingerprint}};
  if (!mark.path.empty()) {
    // Where it is lost: what a reader looks at next.
    result["relatedLocations"] =
        Json::array({{{"id", 1},
                      {"physicalLocation", PhysicalLocation(scanned, mark.path.back())},
                      {"message", Text(mark.path.back().note)}}});
    result["codeFlows"] = Json::array({CodeFlow(scanned, mark)});
  }
  if (!f.edits.empty()) {
    if (Json fixes = FixJson(scanned, f, mark); !fixes.is_null()) result["fixes"] = std::move(fixes);
  }
  if (Json list = Suppressions(scanned, mark); !list.empty()) result["suppressions"] = std::move(list);
  result["properties"] = {{"confidence", Name(f.confidence)}, {"severity", f.severity}};
  AddSeen(scanned, mark, result);
  return result;
}

// §3.20: what was not read.
Json Invocation(const Scanned& scanned, size_t left_out) {
  Json notes = Json::array();
  for (const model::Gap& gap : scanned.review.report.gaps)
    notes.push_back({{"level", "warning"}, {"message", Text(gap.what + ": " + gap.why)}});
  if (left_out != 0)
    notes.push_back({{"level", "warning"},
                     {"message", Text(fmt::format("{} left out: GitHub takes {} results a run",
                                                  Plural(left_out, "finding"), FormatCount(kMostResults)))}});
  Json out = {{"executionSuccessful", true}};
  if (!notes.empty()) out["toolExecutionNotifications"] = std::move(notes);
  return out;
}

}  // namespace

std::string ScanSarif(const Scanned& scanned, const Style& style) {
  Json rules = Json::array();
  std::map<std::string, size_t> index;
  for (const model::ScanRule& rule : scanned.rules) {
    index[rule.id] = rules.size();
    rules.push_back(RuleJson(rule));
  }
  // Of too many the weightiest stay; they are written by file and line, as equal input has to give equal
  // bytes.
  std::vector<size_t> chosen = ByWeight(scanned.review);
  for (size_t i = 0; i < scanned.review.marks.size(); ++i) {
    const ScanState state = scanned.review.marks[i].state;
    if (state == ScanState::kSuppressed || state == ScanState::kKnown) chosen.push_back(i);
  }
  const size_t left_out = chosen.size() - std::min(chosen.size(), kMostResults);
  chosen.resize(chosen.size() - left_out);
  std::ranges::sort(chosen);
  Json results = Json::array();
  for (const size_t i : chosen) results.push_back(ResultJson(scanned, i, index));
  const Json run = {
      {"tool",
       {{"driver", {{"name", "seep"}, {"semanticVersion", style.version}, {"rules", std::move(rules)}}}}},
      {"columnKind", "unicodeCodePoints"},
      {"invocations", Json::array({Invocation(scanned, left_out)})},
      {"results", std::move(results)}};
  const Json out = {{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                    {"version", "2.1.0"},
                    {"runs", Json::array({run})}};
  return out.dump(1) + "\n";
}

}  // namespace seep::report

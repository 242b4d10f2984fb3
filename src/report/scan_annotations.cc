#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text.h"
#include "report/layout.h"
#include "report/scan.h"

namespace seep::report {
namespace {

using model::ScanFinding;
using model::ScanMark;

// What the runner shows of each level for a step (actions/toolkit, docs/problem-matchers.md).
constexpr size_t kPerLevel = 10;

// actions/toolkit, packages/core/src/command.ts: data and property values escape differently.
std::string Escaped(std::string_view text, bool property) {
  std::string out;
  for (const char c : text) {
    if (c == '%')
      out += "%25";
    else if (c == '\r')
      out += "%0D";
    else if (c == '\n')
      out += "%0A";
    else if (property && c == ':')
      out += "%3A";
    else if (property && c == ',')
      out += "%2C";
    else
      out += c;
  }
  return out;
}

std::string FileOf(const Scanned& scanned, const model::SourceSpot& spot) {
  return Clean(scanned.prefix + spot.file);
}

std::string Annotation(const Scanned& scanned, size_t index) {
  const ScanFinding& f = scanned.review.report.findings[index];
  const ScanMark& mark = scanned.review.marks[index];
  const model::ScanRule& rule = RuleOf(scanned, f.rule);
  const std::string_view level = Level(f, mark) == "note" ? "notice" : Level(f, mark);
  std::string out =
      fmt::format("::{} file={},line={}", level, Escaped(FileOf(scanned, f.where), true), f.where.line);
  if (mark.where.end_line != 0) out += fmt::format(",endLine={}", mark.where.end_line);
  if (mark.where.column != 0) out += fmt::format(",col={}", mark.where.column);
  // A column of another line means nothing to GitHub.
  if (mark.where.end_column != 0 && mark.where.end_line == mark.where.line)
    out += fmt::format(",endColumn={}", mark.where.end_column);
  out += fmt::format(",title={}", Escaped(OneLine(f.rule + " " + rule.name), true));
  std::string text = OneLine(f.message);
  for (const model::SourceSpot& spot : f.path)
    if (spot.line != f.where.line || spot.file != f.where.file)
      text += fmt::format("\n{}:{}: {}", FileOf(scanned, spot), spot.line, OneLine(spot.note));
  for (const model::ScanAgreement& seen : mark.seen) text += "\nseen running: " + SeenText(seen);
  if (!rule.fix.empty()) text += "\nfix: " + OneLine(rule.fix);
  return out + "::" + Escaped(text, false) + "\n";
}

// A cell of a Markdown table.
std::string Cell(std::string_view text) {
  std::string out;
  for (const char c : OneLine(text)) {
    if (std::string_view("|\\<>`*_[]").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

}  // namespace

std::string ScanAnnotations(const Scanned& scanned, const Style& style) {
  std::map<std::string_view, size_t> said;
  std::string out;
  model::ScanReview rest = scanned.review;
  for (const size_t i : ByWeight(scanned.review)) {
    const std::string_view level = Level(scanned.review.report.findings[i], scanned.review.marks[i]);
    if (++said[level] > kPerLevel) continue;
    out += Annotation(scanned, i);
    rest.marks[i].state = model::ScanState::kOff;
  }
  Style lines = style;
  lines.verbosity = -1;
  lines.colour = false;
  out += ScanText({rest, scanned.rules, scanned.stacks, scanned.prefix}, lines);
  return out + ScanCount(scanned.review) + "\n";
}

std::string ScanMarkdown(const Scanned& scanned, const Style& style) {
  std::string out = fmt::format("### seep {}: {}\n\n", style.version, ScanCount(scanned.review));
  const std::vector<size_t> shown = ByWeight(scanned.review);
  if (shown.empty()) return out;
  out += "| | rule | place | what |\n|---|---|---|---|\n";
  for (const size_t i : shown) {
    const ScanFinding& f = scanned.review.report.findings[i];
    const ScanMark& mark = scanned.review.marks[i];
    std::string what = Cell(f.message);
    for (const model::ScanAgreement& seen : mark.seen) what += "; **seen running**: " + Cell(SeenText(seen));
    out += fmt::format("| {} | {} | {}:{} | {} |\n", Level(f, mark),
                       Cell(f.rule + " " + RuleOf(scanned, f.rule).name), Cell(FileOf(scanned, f.where)),
                       f.where.line, what);
  }
  return out;
}

}  // namespace seep::report

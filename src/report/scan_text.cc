#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "report/layout.h"
#include "report/page.h"
#include "report/report.h"
#include "report/scan.h"

namespace seep::report {
namespace {

using model::ScanFinding;
using model::ScanMark;
using model::ScanState;
using model::SourceSpot;

constexpr size_t kIndent = 4;

std::string Place(const Scanned& scanned, const SourceSpot& spot) {
  std::string text = fmt::format("{}{}:{}", scanned.prefix, OneLine(spot.file), spot.line);
  if (spot.column != 0) text += fmt::format(":{}", spot.column);
  return text;
}

std::string_view ColourOf(std::string_view level) {
  return level == "error" ? kRed : level == "warning" ? kYellow : kCyan;
}

bool SameSpot(const SourceSpot& a, const SourceSpot& b) {
  return a.file == b.file && a.line == b.line && a.column == b.column;
}

std::string SuppressionText(const Scanned& scanned, const model::ScanSuppression& by) {
  std::string text = fmt::format("//{}", OneLine(by.kind));
  if (!by.names.empty()) text += (by.kind == "nolint" ? ":" : " ") + OneLine(by.names);
  text += fmt::format(" at {}{}:{}", scanned.prefix, OneLine(by.file), by.line);
  if (!by.reason.empty()) text += fmt::format(" (\"{}\")", OneLine(by.reason));
  return text;
}

void WriteSeen(Page& page, const Scanned& scanned, const ScanMark& mark) {
  for (const model::ScanAgreement& seen : mark.seen)
    page.Wrapped(fmt::format("{} ({}): {}", page.Bold("seen running"), Name(seen.confidence), SeenText(seen)),
                 kIndent);
  if (mark.seen.empty()) return;
  if (mark.suppression)
    page.Wrapped("set aside by " + SuppressionText(scanned, *mark.suppression) + ", but a process shows it",
                 kIndent);
  else if (mark.known)
    page.Wrapped("known before, but a process shows it", kIndent);
}

void WriteFinding(Page& page, const Scanned& scanned, size_t index, const Style& style, bool with_fix) {
  const ScanFinding& f = scanned.review.report.findings[index];
  const ScanMark& mark = scanned.review.marks[index];
  // What a process shows is no longer only possible.
  const bool shown = !mark.seen.empty() && mark.seen.front().confidence <= model::Confidence::kStrong;
  const std::string_view doubt =
      f.confidence == model::ScanConfidence::kPossible && !shown ? "possible: " : "";
  const std::string place = page.Coloured(Place(scanned, f.where), ColourOf(Level(f, mark)));
  const std::string text = fmt::format("{}{} ({})", doubt, OneLine(f.message), OneLine(f.rule));
  if (style.verbosity > 0) {  // for people alone: editors and tools read the shorter forms
    page.Line(place);
    page.Wrapped(text, kIndent);
  } else {
    page.Line(place + ": " + text);
  }
  if (style.verbosity < 0) return;
  for (const SourceSpot& spot : f.path) {
    if (SameSpot(spot, f.where) && style.verbosity == 0) continue;
    page.Line(fmt::format("{}{}: {}", std::string(kIndent, ' '), Place(scanned, spot), OneLine(spot.note)));
  }
  WriteSeen(page, scanned, mark);
  const model::ScanRule& rule = RuleOf(scanned, f.rule);
  if (style.verbosity > 0) {
    if (!mark.code.empty()) page.Line(std::string(kIndent, ' ') + page.Faint(OneLine(mark.code)));
    page.Parts({OneLine(f.function), std::string(Name(f.confidence)), OneLine(f.severity),
                f.edits.empty() ? "" : "--fix repairs it"},
               kIndent);
    if (!rule.what.empty()) page.Wrapped("why: " + OneLine(rule.what), kIndent);
  }
  if (with_fix && !rule.fix.empty()) page.Wrapped("fix: " + OneLine(rule.fix), kIndent);
}

std::string Aside(const model::ScanReview& review) {
  std::vector<std::string> parts;
  const auto add = [&](ScanState state, std::string_view words) {
    if (const size_t n = review.Count(state)) parts.push_back(fmt::format("{} {}", FormatCount(n), words));
  };
  add(ScanState::kSuppressed, "set aside by comments");
  add(ScanState::kKnown, "known before");
  add(ScanState::kWeak, "less sure (--min-confidence possible)");
  add(ScanState::kOff, "of rules not asked for");
  return Join(parts, ", ");
}

void WriteTail(Page& page, const Scanned& scanned, const Style& style) {
  const model::ScanReport& report = scanned.review.report;
  const size_t seen =
      static_cast<size_t>(std::ranges::count_if(scanned.review.marks, [](const ScanMark& mark) {
        return mark.state == ScanState::kShown && !mark.seen.empty();
      }));
  const size_t fixable = [&] {
    size_t n = 0;
    for (const size_t i : Shown(scanned.review))
      n += !report.findings[i].edits.empty() &&
           report.findings[i].confidence == model::ScanConfidence::kCertain;
    return n;
  }();
  std::string head = ScanCount(scanned.review);
  head[0] = static_cast<char>(head[0] >= 'a' && head[0] <= 'z' ? head[0] - 32 : head[0]);
  page.Parts({head, seen != 0 ? fmt::format("{} seen running", FormatCount(seen)) : "",
              fixable != 0 ? fmt::format("--fix repairs {}", FormatCount(fixable)) : "",
              fmt::format("{}, {} of {}", Plural(report.files, "file"), Plural(report.lines, "line"),
                          report.module.empty() ? OneLine(report.folder) : OneLine(report.module))},
             0);
  if (const std::string aside = Aside(scanned.review); !aside.empty()) page.Wrapped("Not shown: " + aside, 0);
  for (const model::ScanSuppression& s : scanned.review.unused)
    page.Wrapped("Sets nothing aside: " + SuppressionText(scanned, s), 0);
  constexpr size_t kGaps = 6;
  const size_t shown = style.verbosity > 0 ? report.gaps.size() : std::min(report.gaps.size(), kGaps);
  for (size_t i = 0; i < shown; ++i) {
    const model::Gap& gap = report.gaps[i];
    page.Wrapped(fmt::format("Not read: {}: {}{}", OneLine(gap.what), OneLine(gap.why),
                             gap.how.empty() ? "" : "; " + OneLine(gap.how)),
                 0);
  }
  if (shown < report.gaps.size())
    page.Wrapped(fmt::format("Not read: {} more; -v lists them.", report.gaps.size() - shown), 0);
  if (!style.next.empty()) page.Line("Next: " + OneLine(style.next));
}

}  // namespace

std::string ScanText(const Scanned& scanned, const Style& style) {
  Page page(style);
  std::set<std::string> told;  // a fix is told once, with -v each time
  bool after_seen = false;
  for (const size_t i : Shown(scanned.review)) {
    const bool seen = !scanned.review.marks[i].seen.empty();
    if (after_seen && !seen && style.verbosity >= 0) {
      if (style.verbosity == 0) page.Blank();
      page.Line("Not seen in what runs:");
      page.Blank();
    }
    after_seen = seen;
    const bool first = told.insert(scanned.review.report.findings[i].rule).second;
    WriteFinding(page, scanned, i, style, first || style.verbosity > 0);
    if (style.verbosity > 0) page.Blank();
  }
  if (style.verbosity >= 0) {
    page.Blank();
    WriteTail(page, scanned, style);
  }
  return page.Take();
}

std::string ScanRulesText(const std::vector<model::ScanRule>& rules, const Style& style) {
  Page page(style);
  for (const model::ScanRule& rule : rules) {
    page.Parts({page.Bold(rule.id + " " + rule.name), rule.severity}, 0);
    page.Wrapped(OneLine(rule.title), 2);
    if (style.verbosity > 0 && !rule.what.empty()) page.Wrapped("why: " + OneLine(rule.what), 2);
    if (style.verbosity > 0 && !rule.fix.empty()) page.Wrapped("fix: " + OneLine(rule.fix), 2);
    if (style.verbosity > 0 && !rule.aliases.empty())
      page.Wrapped("set aside by //nolint of: " + Join(rule.aliases, ", "), 2);
    if (style.verbosity > 0 && !rule.findings.empty())
      page.Wrapped("seen running as: " + Join(rule.findings, ", "), 2);
  }
  return page.Take();
}

}  // namespace seep::report

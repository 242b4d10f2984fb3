// The terminal report: verdict, impact, id, then where / why / size / not / fix / verify in this order, one
// column of ten for the labels. What is missing comes last, with the command that would supply it.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "report/layout.h"
#include "report/page.h"
#include "report/report.h"
#include "report/reporter.h"

namespace seep::report {
namespace {

using model::Finding;
using model::Report;
using model::Severity;
using model::StackTable;

constexpr size_t kFramesShown = 24;
constexpr size_t kGapsShown = 6;

std::string_view ColourOf(const Finding& finding) {
  if (finding.verdict == model::Verdict::kWatch) return kYellow;
  switch (finding.severity) {
    case Severity::kCritical:
    case Severity::kHigh:
      return kRed;
    case Severity::kMedium:
      return kYellow;
    case Severity::kLow:
      return kCyan;
  }
  return kCyan;
}

// Marker, verdict and title; the confidence at the right edge of the first line.
void WriteVerdict(Page& page, const Finding& f, std::string_view prefix) {
  const std::string confidence(Name(f.confidence));
  const std::string head = fmt::format("{}{} {}", prefix, Marker(f), Label(f.verdict));
  const size_t column = DisplayWidth(head) + 3;
  const size_t room =
      page.width() > column + confidence.size() + 13 ? page.width() - column - confidence.size() - 3 : 10;
  const std::vector<std::string> lines = Wrap(OneLine(f.title), room);
  for (size_t i = 0; i < lines.size(); ++i) {
    if (i != 0) {
      page.Line(std::string(column, ' ') + lines[i]);
      continue;
    }
    const size_t used = column + DisplayWidth(lines[0]) + confidence.size();
    const size_t pad = used + 3 <= page.width() ? page.width() - used : 3;
    page.Line(page.Coloured(head, ColourOf(f)) + "   " + lines[0] + std::string(pad, ' ') + confidence);
  }
}

void WriteWhere(Page& page, const Finding& f) {
  bool first = true;
  for (const model::Location& at : f.where) {
    const size_t room = page.width() - Page::kColumn;
    std::string why = OneLine(at.why);
    const std::string role(RoleWord(at.role));
    if (!role.empty()) why = why.empty() ? role : role + ": " + why;
    for (const std::string& line : PlaceLines(at, room))
      page.Row(std::exchange(first, false) ? "where" : "", line);
    for (const std::string& line : Wrap(why, room)) {
      if (!line.empty()) page.Row("", line);
    }
  }
}

void WriteEvidence(Page& page, const Finding& f) {
  bool first = true;
  for (const model::EvidenceItem& item : f.evidence) {
    std::string kind = OneLine(item.kind);
    page.Prose(std::exchange(first, false) ? "seen" : "", kind.empty() ? item.text : kind + ": " + item.text);
    std::string source = OneLine(item.source);
    if (item.snapshot >= 0) {
      if (!source.empty()) source += ", ";
      source += fmt::format("snapshot {}", item.snapshot + 1);
    }
    if (!source.empty()) page.Row("", page.Faint(source));
  }
}

// The largest stack of the pile, innermost frame first; the user's own frames are marked with '>'.
void WriteStack(Page& page, const Finding& f, const StackTable& stacks) {
  if (f.stacks.empty()) return;
  const auto& [id, count] = f.stacks.front();
  if (id.value >= stacks.stack_count()) return;
  std::string head = PileSize(f, count) + " with this stack";
  if (f.stacks.size() > 1) head += fmt::format(" (the largest of {})", FormatCount(f.stacks.size()));
  page.Row("stack", head + ":");
  const auto frames = stacks.frames(id);
  const size_t room = page.width() - Page::kColumn - 2;
  for (size_t i = 0; i < frames.size(); ++i) {
    if (i == kFramesShown) {
      page.Row("", fmt::format("  and {}", Plural(frames.size() - i, "more frame")));
      break;
    }
    const std::string_view function = stacks.function(frames[i]);
    const std::string_view file = stacks.file(frames[i]);
    const bool library = IsLibrary(function, file);
    std::string place = ShortFile(file, function);
    const std::string position =
        stacks.line(frames[i]) != 0 ? fmt::format(":{}", stacks.line(frames[i])) : "";
    const std::string name = OneLine(function);
    const size_t used = DisplayWidth(name) + 2 + position.size();
    std::string line = (library ? "  " : "> ") + name;
    if (!place.empty()) {
      place = FitFile(place, room > used ? room - used : 1);
      if (DisplayWidth(place) + used > room) {
        page.Row("", library ? page.Faint(line) : line);
        line = "    " + FitFile(ShortFile(file, function),
                                room > position.size() + 2 ? room - position.size() - 2 : 1);
      } else {
        line += "  " + place;
      }
      line += position;
    }
    page.Row("", library ? page.Faint(line) : line);
  }
}

void WriteFinding(Page& page, const Finding& f, const model::TargetReport* target, const StackTable& stacks,
                  bool verbose) {
  WriteVerdict(page, f, "");
  page.Parts(ImpactParts(f, target), 2);
  page.Parts(GrowthParts(f), 2);
  page.Line("  " + OneLine(f.id));
  page.Blank();
  WriteWhere(page, f);
  page.Prose("why", f.cause);
  page.Prose("size", f.size);
  page.Prose("not", f.excludes);
  page.Prose("fix", f.fix);
  page.Prose("verify", f.verify);
  if (!verbose) return;
  std::vector<std::string> see;
  for (const std::string& s : f.see) see.push_back(OneLine(s));
  page.Prose("see", Join(see, ", "));
  WriteEvidence(page, f);
  WriteStack(page, f, stacks);
}

void WriteNotes(Page& page, const Report& report) {
  if (report.notes.empty()) return;
  const std::string head = "! " + Plural(report.notes.size(), "note");
  const size_t column = DisplayWidth(head) + 3;
  for (size_t i = 0; i < report.notes.size(); ++i) {
    const model::Note& note = report.notes[i];
    const std::string explain = note.explain.empty() ? "" : "seep explain " + OneLine(note.explain);
    std::vector<std::string> lines = Wrap(OneLine(note.text), page.width() - column);
    if (!explain.empty()) {
      const size_t used = column + DisplayWidth(lines.back()) + DisplayWidth(explain);
      if (used + 3 <= page.width())
        lines.back() += std::string(page.width() - used, ' ') + explain;
      else
        lines.push_back(explain);
    }
    for (size_t k = 0; k < lines.size(); ++k) {
      const bool first = i == 0 && k == 0;
      page.Line((first ? page.Coloured(head, kCyan) + "   " : std::string(column, ' ')) + lines[k]);
    }
  }
  page.Blank();
}

std::string Remedy(const GapGroup& gap) {
  if (gap.how.empty() || !IsCommand(gap.how)) return gap.how;
  return gap.how + (gap.count == 1   ? " would settle it."
                    : gap.count == 2 ? " would settle both."
                                     : " would settle them.");
}

// The gaps, the evidence that would lift a confidence, the bundle and the next command.
void WriteTail(Page& page, const Report& report, const Style& style) {
  const std::vector<GapGroup> gaps = GapGroups(report);
  const size_t shown = style.verbosity > 0 ? gaps.size() : std::min(gaps.size(), kGapsShown);
  const size_t indent = gaps.size() > 1 ? 2 : 0;  // below the mark that separates several gaps
  for (size_t i = 0; i < shown; ++i) {
    page.TailRow(i == 0 ? "Not seen:" : "", gaps[i].text + ".",
                 {.mark = indent != 0 ? "· " : "", .indent = indent});
    if (gaps[i].how.empty()) continue;
    page.TailRow("", Remedy(gaps[i]), {.indent = indent, .verbatim = IsCommand(gaps[i].how)});
  }
  if (shown < gaps.size()) page.TailRow("", fmt::format("and {} more; -v lists them.", gaps.size() - shown));
  const std::vector<Lift> lifts = Lifts(report);
  for (size_t i = 0; i < lifts.size(); ++i) {
    const bool several = lifts.size() > 1;
    page.TailRow(i == 0 ? "Surer:" : "",
                 several ? Join(lifts[i].ids, ", ") + ": " + lifts[i].text : lifts[i].text);
  }
  if (!style.saved_as.empty()) {
    const std::string saved = OneLine(style.saved_as);
    if (gaps.empty() || !lifts.empty() || !page.AtRight("saved: " + saved))
      page.TailRow("Saved:", saved, {.verbatim = true});
  }
  if (!style.next.empty()) page.TailRow("Next:", OneLine(style.next), {.verbatim = true});
}

void WriteTarget(Page& page, const TargetGroup& group, const StackTable& stacks, bool verbose) {
  if (group.findings.empty() && group.target != nullptr) {
    page.Wrapped(HealthyLine(*group.target), 0);
    page.Blank();
  }
  for (const Finding* f : group.findings) {
    WriteFinding(page, *f, group.target, stacks, verbose);
    page.Blank();
  }
}

std::string Quiet(const Report& report, const Style& style) {
  Page page(style);
  const bool several = report.targets.size() > 1;
  for (const TargetGroup& group : ByTarget(report)) {
    const std::string name = several && group.target != nullptr ? OneLine(group.target->name) + ": " : "";
    if (group.findings.empty() && group.target != nullptr) page.Wrapped(name + HealthyLine(*group.target), 0);
    for (const Finding* f : group.findings) WriteVerdict(page, *f, name);
  }
  return page.Take();
}

std::string Write(const Report& report, const StackTable& stacks, const Style& style) {
  if (style.verbosity < 0) return Quiet(report, style);
  Page page(style);
  const bool verbose = style.verbosity > 0;
  const std::vector<TargetGroup> groups = ByTarget(report);
  const std::string seep = style.version.empty() ? "seep" : "seep " + style.version;
  if (groups.size() == 1 && groups[0].target != nullptr) {
    page.Parts({seep, Who(*groups[0].target), Taken(*groups[0].target)}, 0);
    page.Blank();
    WriteTarget(page, groups[0], stacks, verbose);
  } else {
    page.Parts({seep, report.targets.empty() ? "no target" : Plural(report.targets.size(), "target")}, 0);
    page.Blank();
    for (const TargetGroup& group : groups) {
      if (group.target != nullptr) {
        page.Parts({page.Bold(Who(*group.target)), Taken(*group.target)}, 0);
      } else {
        page.Line("of no listed target");
      }
      if (!group.findings.empty()) page.Blank();
      WriteTarget(page, group, stacks, verbose);
    }
    if (groups.empty()) {
      page.Line("Nothing to judge: there was no evidence of any process.");
      page.Blank();
    }
  }
  WriteNotes(page, report);
  WriteTail(page, report, style);
  return page.Take();
}

}  // namespace

extern const Reporter reporter_text;
const Reporter reporter_text = {"text", "text/plain; charset=utf-8", &Write};

}  // namespace seep::report

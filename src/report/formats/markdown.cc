// The report for an issue or a chat: GitHub's Markdown, readable as plain text too. Everything from a target
// is escaped or stands in a code span or fence that it cannot leave.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "report/layout.h"
#include "report/report.h"
#include "report/reporter.h"

namespace seep::report {
namespace {

using model::Finding;

constexpr size_t kFramesShown = 16;

// Prose: characters that mean something anywhere in a line are escaped; at its beginning also list and
// heading marks.
std::string Escape(std::string_view text) {
  std::string out;
  const std::string line = OneLine(text);
  for (size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '<')
      out += "&lt;";
    else if (c == '&')
      out += "&amp;";
    else if (c == '@')
      out += "@\xE2\x80\x8B";  // a zero-width space: "@name" would notify somebody
    else if (std::string_view("\\`*_[]|~").find(c) != std::string_view::npos)
      (out += '\\') += c;
    else if (i == 0 && std::string_view("#>-+=").find(c) != std::string_view::npos)
      (out += '\\') += c;
    else
      out += c;
  }
  return out;
}

size_t LongestRun(std::string_view text, char c) {
  size_t longest = 0, run = 0;
  for (const char x : text) {
    run = x == c ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return longest;
}

// A code span with one more backtick than the text holds in a row (CommonMark 0.31, 6.1).
std::string Code(std::string_view text) {
  const std::string line = OneLine(text);
  if (line.empty()) return "";
  const std::string ticks(LongestRun(line, '`') + 1, '`');
  const bool pad = line.front() == '`' || line.back() == '`';
  return ticks + (pad ? " " : "") + line + (pad ? " " : "") + ticks;
}

std::string Fence(std::string_view text, std::string_view language) {
  const std::string ticks(std::max<size_t>(3, LongestRun(text, '`') + 1), '`');
  return fmt::format("{}{}\n{}\n{}\n", ticks, language, text, ticks);
}

// Code of a fix loses the two spaces that mark it as code.
std::string Unindent(std::string_view code) {
  std::string out;
  for (std::string_view line : Split(code, '\n')) {
    if (!out.empty()) out += '\n';
    out += line.starts_with("  ") ? line.substr(2) : line;
  }
  return out;
}

void Prose(std::string& out, std::string_view label, std::string_view text) {
  const std::vector<Block> blocks = Blocks(text);
  if (blocks.empty()) return;
  out += fmt::format("**{}** ", label);
  bool first = true;
  for (const Block& block : blocks) {
    if (block.code)
      out += (first ? "\n\n" : "\n") +
             Fence(Unindent(block.text), IsCommand(Trim(Split(block.text, '\n')[0])) ? "sh" : "go");
    else if (IsCommand(block.text))
      out += Code(block.text) + "\n";
    else
      out += (first ? "" : "\n") + Escape(block.text) + "\n";
    first = false;
  }
  out += '\n';
}

void Where(std::string& out, const Finding& f) {
  if (f.where.empty()) return;
  out += "**Where**\n\n";
  for (const model::Location& at : f.where) {
    std::string place = ShortFile(at.file, at.function);
    if (at.line != 0 && !place.empty()) place += fmt::format(":{}", at.line);
    const std::string function = ShortFunction(at.function, at.file);
    std::vector<std::string> parts;
    if (!place.empty()) parts.push_back(Code(place));
    if (!function.empty()) parts.push_back(Code(function));
    if (parts.empty()) parts.push_back("unknown place");
    std::string line = "- " + Join(parts, " ");
    const std::string role(RoleWord(at.role));
    if (!role.empty()) line += " (" + role + ")";
    if (!at.why.empty()) line += ": " + Escape(at.why);
    out += line + '\n';
  }
  out += '\n';
}

// Evidence and stack, folded away: GitHub and GitLab show <details>.
void Details(std::string& out, const Finding& f, const model::StackTable& stacks) {
  const bool has_stack = !f.stacks.empty() && f.stacks.front().first.value < stacks.stack_count();
  if (f.evidence.empty() && !has_stack) return;
  out += "<details><summary>Evidence</summary>\n\n";
  for (const model::EvidenceItem& item : f.evidence) {
    out += fmt::format("- {}: {}", Escape(item.kind), Escape(item.text));
    if (!item.source.empty()) out += " (" + Code(item.source) + ")";
    out += '\n';
  }
  if (has_stack) {
    const auto& [id, count] = f.stacks.front();
    std::string text = PileSize(f, count) + " with this stack:";
    size_t shown = 0;
    for (const model::FrameId frame : stacks.frames(id)) {
      if (++shown > kFramesShown) break;
      const std::string file = ShortFile(stacks.file(frame), stacks.function(frame));
      text += fmt::format("\n  {}  {}:{}", OneLine(stacks.function(frame)), file, stacks.line(frame));
    }
    if (stacks.frames(id).size() > kFramesShown) text += "\n  ...";
    out += '\n' + Fence(text, "");
  }
  out += "\n</details>\n\n";
}

void WriteFinding(std::string& out, const Finding& f, const model::TargetReport* target,
                  const model::StackTable& stacks) {
  out += fmt::format("### {} {}: {}\n\n", Marker(f), Label(f.verdict), Escape(f.title));
  out += fmt::format("{} · confidence {} · severity {}", Code(f.id), Name(f.confidence), Name(f.severity));
  std::vector<std::string> parts = ImpactParts(f, target);
  for (std::string& part : GrowthParts(f)) parts.push_back(Escape(part));
  if (!parts.empty()) out += "  \n" + Join(parts);
  out += "\n\n";
  Where(out, f);
  Prose(out, "Why", f.cause);
  Prose(out, "Size", f.size);
  Prose(out, "Not", f.excludes);
  Prose(out, "Fix", f.fix);
  Prose(out, "Verify", f.verify);
  Details(out, f, stacks);
}

void WriteTail(std::string& out, const model::Report& report) {
  for (const model::Note& note : report.notes) {
    out += fmt::format("> Note: {}", Escape(note.text));
    if (!note.explain.empty()) out += " " + Code("seep explain " + note.explain);
    out += "\n\n";
  }
  const std::vector<GapGroup> gaps = GapGroups(report);
  if (!gaps.empty()) out += "**Not seen**\n\n";
  for (const GapGroup& gap : gaps) {
    out += "- " + Escape(gap.text) + ".";
    if (!gap.how.empty()) out += " " + (IsCommand(gap.how) ? Code(gap.how) : Escape(gap.how));
    out += '\n';
  }
  if (!gaps.empty()) out += '\n';
  const std::vector<Lift> lifts = Lifts(report);
  if (!lifts.empty()) out += "**Surer with**\n\n";
  for (const Lift& lift : lifts) {
    std::vector<std::string> ids;
    for (const std::string& id : lift.ids) ids.push_back(Code(id));
    out += fmt::format("- {}: {}\n", Join(ids, ", "), Escape(lift.text));
  }
}

std::string Write(const model::Report& report, const model::StackTable& stacks, const Style& style) {
  std::string out;
  for (const TargetGroup& group : ByTarget(report)) {
    if (group.target != nullptr) {
      out += fmt::format("## {}\n\n{}\n\n", Escape(Who(*group.target)), Taken(*group.target));
      if (group.findings.empty()) out += Escape(HealthyLine(*group.target)) + "\n\n";
    }
    for (const Finding* f : group.findings) WriteFinding(out, *f, group.target, stacks);
  }
  if (out.empty()) out = "Nothing to judge: there was no evidence of any process.\n\n";
  WriteTail(out, report);
  while (out.ends_with("\n\n")) out.pop_back();
  out += fmt::format("\n<sub>seep {}</sub>\n", Escape(style.version));
  return out;
}

}  // namespace

extern const Reporter reporter_markdown;
const Reporter reporter_markdown = {"markdown", "text/markdown; charset=utf-8", &Write};

}  // namespace seep::report

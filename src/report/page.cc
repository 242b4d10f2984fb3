#include "report/page.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "report/layout.h"

namespace seep::report {

namespace {
// Narrower cannot hold a label and a word; wider is tiring to read.
constexpr int kNarrowest = 40, kWidest = 120;
}  // namespace

size_t VisibleWidth(std::string_view text) {
  size_t hidden = 0;
  for (size_t at = text.find('\x1b'); at != std::string_view::npos; at = text.find('\x1b', at + 1)) {
    const size_t end = text.find('m', at);
    if (end == std::string_view::npos) break;
    hidden += end - at + 1;
  }
  return DisplayWidth(text) - hidden;
}

Page::Page(const Style& style)
    : width_(static_cast<size_t>(std::clamp(style.width, kNarrowest, kWidest))), colour_(style.colour) {}

void Page::Line(std::string_view line) {
  out_ += line;
  while (out_.ends_with(' ')) out_.pop_back();
  out_ += '\n';
}

void Page::Blank() {
  if (!out_.empty() && !out_.ends_with("\n\n")) out_ += '\n';
}

void Page::Wrapped(std::string_view text, size_t indent) {
  std::vector<std::string> lines = Wrap(text, width_ - indent);
  Line(std::string(indent, ' ') + lines.front());
  if (lines.size() == 1) return;
  const size_t rest = lines.front().size();
  for (const std::string& line : Wrap(text.substr(std::min(text.size(), rest + 1)), width_ - indent - 2)) {
    Line(std::string(indent + 2, ' ') + line);
  }
}

void Page::Parts(const std::vector<std::string>& parts, size_t indent) {
  std::string line;
  for (const std::string& part : parts) {
    if (part.empty()) continue;
    if (!line.empty() && indent + VisibleWidth(line) + 3 + VisibleWidth(part) > width_) {
      Line(std::string(indent, ' ') + line);
      line.clear();
    }
    if (!line.empty()) line += " · ";
    line += part;
  }
  if (!line.empty()) Line(std::string(indent, ' ') + line);
}

void Page::Row(std::string_view label, std::string_view line) {
  std::string text = label.empty() ? "" : "  " + std::string(label);
  text.resize(std::max(kColumn, text.size() + 1), ' ');
  if (label.empty()) text.resize(kColumn, ' ');
  Line(text + std::string(line));
}

void Page::Call(std::string_view lead, std::string_view function, std::string_view file, int64_t line) {
  const std::string name = OneLine(function), left = fmt::format("    {}{}", lead, name);
  const std::string path = ShortFile(file, name);
  const std::string place = path.empty() ? "" : fmt::format("{}:{}", Clean(path), line);
  if (place.empty()) {
    Line(left);
  } else if (DisplayWidth(left) + 2 + DisplayWidth(place) <= width_) {
    Line(left + "  " + Faint(place));
  } else {
    Line(left);
    Line("      " + Faint(FitFile(place, width_ - 6)));
  }
}

void Page::Prose(std::string_view label, std::string_view text) {
  bool first = true;
  const auto row = [&](std::string_view line) { Row(std::exchange(first, false) ? label : "", line); };
  for (const Block& block : Blocks(text)) {
    const bool apart = block.after_blank && !block.code && !first;
    if (apart) out_ += '\n';
    if (block.code) {
      for (std::string_view line : Split(block.text, '\n')) row(line);
    } else if (IsCommand(block.text)) {
      row(block.text);
    } else {
      for (const std::string& line : Wrap(block.text, width_ - kColumn)) row(line);
    }
  }
}

void Page::TailRow(std::string_view label, std::string_view text, const TailStyle& tail) {
  std::string head(label);
  head.resize(kColumn, ' ');
  head += tail.mark;
  if (tail.mark.empty()) head.resize(kColumn + tail.indent, ' ');
  const std::vector<std::string> lines = tail.verbatim ? std::vector<std::string>{std::string(text)}
                                                       : Wrap(text, width_ - kColumn - tail.indent);
  for (const std::string& line : lines) {
    Line(head + line);
    head.assign(kColumn + tail.indent, ' ');
  }
}

bool Page::AtRight(std::string_view text) {
  if (!out_.ends_with('\n')) return false;
  const size_t begin = out_.size() < 2 ? 0 : out_.rfind('\n', out_.size() - 2) + 1;
  const size_t used =
      VisibleWidth(std::string_view(out_).substr(begin, out_.size() - 1 - begin)) + DisplayWidth(text);
  if (used + 3 > width_) return false;
  out_.pop_back();
  Line(std::string(width_ - used, ' ') + std::string(text));
  return true;
}

std::string Page::Coloured(std::string_view text, std::string_view sgr) const {
  if (!colour_ || text.empty()) return std::string(text);
  return "\x1b[" + std::string(sgr) + "m" + std::string(text) + "\x1b[0m";
}

std::string Page::Take() {
  while (out_.ends_with("\n\n")) out_.pop_back();
  return std::exchange(out_, {});
}

}  // namespace seep::report

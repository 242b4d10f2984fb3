// A page of terminal text: a width, a column of ten for labels, colour for severity only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "report/reporter.h"

namespace seep::report {

// SGR parameters (ECMA-48 8.3.117).
constexpr std::string_view kRed = "1;31";
constexpr std::string_view kYellow = "1;33";
constexpr std::string_view kCyan = "36";

struct TailStyle {
  std::string_view mark = {};  // before the first line
  size_t indent = 0;           // of the text, the mark included
  bool verbatim = false;       // never wrapped
};

class Page {
 public:
  static constexpr size_t kColumn = 10;  // where texts begin; labels stand before it, indented by two

  explicit Page(const Style& style);
  size_t width() const { return width_; }

  void Line(std::string_view line);
  void Blank();                                        // one at most, none at the beginning
  void Wrapped(std::string_view text, size_t indent);  // prose; later lines are indented by two more
  void Parts(const std::vector<std::string>& parts,
             size_t indent);                                // joined by " · ", broken only between parts
  void Row(std::string_view label, std::string_view line);  // one line as it is
  // "    created by main.run  run.go:12", on two lines where it does not fit one. Without a file: the
  // function.
  void Call(std::string_view lead, std::string_view function, std::string_view file, int64_t line);
  void Prose(std::string_view label,
             std::string_view text);  // paragraphs and code; nothing for an empty text
  void TailRow(std::string_view label, std::string_view text,
               const TailStyle& tail = {});  // label at the margin
  bool AtRight(std::string_view text);       // at the right edge of the last line, if there is room

  std::string Coloured(std::string_view text, std::string_view sgr) const;
  std::string Faint(std::string_view text) const { return Coloured(text, "2"); }
  std::string Bold(std::string_view text) const { return Coloured(text, "1"); }

  std::string Take();  // without blank lines at the end

 private:
  size_t width_;
  bool colour_;
  std::string out_;
};

// Columns of a line that may hold colours.
size_t VisibleWidth(std::string_view text);

}  // namespace seep::report

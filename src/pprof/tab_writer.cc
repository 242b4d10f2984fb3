#include "pprof/tab_writer.h"

#include <algorithm>
#include <vector>

#include "pprof/go_text.h"

namespace seep::pprof {
namespace {

struct Cell {
  std::string_view text;
  size_t width = 0;
};
using Cells = std::vector<Cell>;

// Lines until one that no column goes across.
class Block {
 public:
  explicit Block(std::string& out) : out_(out) {}

  void Add(Cells line) { lines_.push_back(std::move(line)); }
  // `open`: the last line has not ended.
  void Print(bool open) {
    open_ = open;
    Format(0, lines_.size());
    lines_.clear();
  }

 private:
  // Whether a line has a cell in a column; its last cell is in none.
  static bool Has(const Cells& line, size_t column) { return column + 1 < line.size(); }

  void Format(size_t begin, size_t end) {
    const size_t column = widths_.size();
    for (size_t line = begin; line < end; ++line) {
      if (!Has(lines_[line], column)) continue;
      PrintLines(begin, line);
      begin = line;
      size_t width = 0;
      for (; line < end && Has(lines_[line], column); ++line)
        width = std::max(width, lines_[line][column].width + 1);
      widths_.push_back(width);
      Format(begin, line);
      widths_.pop_back();
      begin = line;
    }
    PrintLines(begin, end);
  }

  void PrintLines(size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) {
      for (size_t column = 0; column < lines_[i].size(); ++column) {
        const Cell& cell = lines_[i][column];
        if (column < widths_.size()) out_.append(widths_[column] - cell.width, ' ');
        out_ += cell.text;
      }
      if (!open_ || i + 1 != lines_.size()) out_ += '\n';
    }
  }

  std::string& out_;
  std::vector<Cells> lines_;
  std::vector<size_t> widths_;  // of the columns left of the one at hand
  bool open_ = false;
};

// The end of the cell at the beginning of `text`, and its width.
struct CellEnd {
  size_t size = 0, width = 0;
};
CellEnd FindEnd(std::string_view text) {
  CellEnd end;
  while (end.size < text.size()) {
    const size_t plain = std::min(text.find_first_of("\t\v\n\f\xFF", end.size), text.size());
    end.width += RuneCount(text.substr(end.size, plain - end.size));
    end.size = plain;
    if (end.size == text.size() || text[end.size] != '\xFF') break;
    const size_t close = text.find('\xFF', end.size + 1);
    const size_t behind = close == std::string_view::npos ? text.size() : close + 1;
    end.width += RuneCount(text.substr(end.size, behind - end.size)) - 2;
    end.size = behind;
  }
  return end;
}

}  // namespace

std::string AlignedRight(std::string_view text) {
  std::string out;
  Block block(out);
  Cells line;
  while (!text.empty()) {
    const CellEnd end = FindEnd(text);
    line.push_back({text.substr(0, end.size), end.width});
    if (end.size == text.size()) break;
    const char terminator = text[end.size];
    text.remove_prefix(end.size + 1);
    if (terminator != '\n' && terminator != '\f') continue;
    const bool ends_block = terminator == '\f' || line.size() == 1;
    block.Add(std::move(line));
    line.clear();
    if (ends_block) block.Print(false);
    if (text.empty()) {
      block.Print(false);
      return out;
    }
  }
  block.Add(std::move(line));
  block.Print(true);
  return out;
}

}  // namespace seep::pprof

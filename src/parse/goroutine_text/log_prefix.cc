#include "parse/goroutine_text/log_prefix.h"

#include "base/text.h"
#include "parse/goroutine_text/dump_lines.h"

namespace seep::parse {

std::optional<size_t> LogPrefix::Match(std::string_view line) const {
  size_t i = 0;
  size_t j = 0;
  while (i < sample_.size()) {
    if (j == line.size()) {
      return sample_.find_first_not_of(' ', i) == std::string::npos ? std::optional(j) : std::nullopt;
    }
    if (IsDigit(sample_[i])) {
      if (!IsDigit(line[j])) return std::nullopt;
      while (i < sample_.size() && IsDigit(sample_[i])) ++i;
      while (j < line.size() && IsDigit(line[j])) ++j;
      continue;
    }
    if (sample_[i] != line[j]) return std::nullopt;
    // The last run of spaces is exact: what follows it may be indented.
    if (sample_[i] == ' ' && sample_.find_first_not_of(' ', i) != std::string::npos) {
      while (sample_[i] == ' ') ++i;
      while (j < line.size() && line[j] == ' ') ++j;
      continue;
    }
    ++i;
    ++j;
  }
  return j;
}

std::optional<Time> LogPrefix::At() const {
  for (std::string_view word : Split(sample_, ' ')) {
    while (!word.empty() && !IsDigit(word.front())) word.remove_prefix(1);
    while (!word.empty() && !IsDigit(word.back()) && word.back() != 'Z') word.remove_suffix(1);
    const size_t t = word.find('T');
    // Without a zone it is local time of a machine we know nothing about.
    if (t == std::string_view::npos || word.find_first_of("Z+-", t) == std::string_view::npos) continue;
    if (auto time = ParseTime(word)) return time;
  }
  return std::nullopt;
}

}  // namespace seep::parse

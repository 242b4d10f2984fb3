#include "base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstring>

namespace seep {

std::string FormatCount(uint64_t n) {
  std::string digits = std::to_string(n);
  for (ptrdiff_t i = static_cast<ptrdiff_t>(digits.size()) - 3; i > 0; i -= 3)
    digits.insert(static_cast<size_t>(i), ",");
  return digits;
}

std::string FormatBytes(double bytes) {
  const char* sign = bytes < 0 ? "-" : "";
  double value = std::abs(bytes);
  if (value < 1024) return fmt::format("{}{:.0f} B", sign, value);
  for (const char* unit : {"KiB", "MiB", "GiB", "TiB"}) {
    value /= 1024;
    if (value < 9.95) return fmt::format("{}{:.1f} {}", sign, value, unit);
    if (value < 1023.5) return fmt::format("{}{:.0f} {}", sign, value, unit);
  }
  return fmt::format("{}{:.0f} PiB", sign, value / 1024);
}

std::string FormatRate(double per_second, std::string_view unit) {
  auto number = [](double v) {
    return v < 9.95 ? fmt::format("{:.1f}", v) : FormatCount(static_cast<uint64_t>(v + 0.5));
  };
  if (per_second >= 1) return fmt::format("{} {}/s", number(per_second), unit);
  if (per_second * 60 >= 1) return fmt::format("{} {}/min", number(per_second * 60), unit);
  return fmt::format("{} {}/h", number(per_second * 3600), unit);
}

std::string Plural(uint64_t n, std::string_view one, std::string_view many) {
  if (n == 1) return fmt::format("1 {}", one);
  return many.empty() ? fmt::format("{} {}s", FormatCount(n), one)
                      : fmt::format("{} {}", FormatCount(n), many);
}

std::string_view Trim(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

bool EqualsIgnoreCase(std::string_view a, std::string_view b) {
  return std::ranges::equal(
      a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

size_t DisplayWidth(std::string_view text) {
  return static_cast<size_t>(std::ranges::count_if(text, [](unsigned char c) { return (c & 0xC0) != 0x80; }));
}

std::vector<std::string> Wrap(std::string_view text, size_t width) {
  std::vector<std::string> lines;
  for (std::string_view paragraph : Split(text, '\n')) {
    std::string line;
    size_t columns = 0;
    for (std::string_view word : Split(paragraph, ' ')) {
      if (word.empty()) continue;
      const size_t w = DisplayWidth(word);
      if (columns != 0 && columns + 1 + w > width) {
        lines.push_back(std::move(line));
        line.clear();
        columns = 0;
      }
      if (columns != 0) {
        line += ' ';
        ++columns;
      }
      line += word;
      columns += w;
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

namespace {
// Length of the valid UTF-8 sequence at the start of `s`, 0 if there is none (overlong forms and surrogates
// refused).
size_t Utf8Length(std::string_view s) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(s[i]); };
  const auto tail = [&](size_t i) { return i < s.size() && (byte(i) & 0xC0) == 0x80; };
  const unsigned char c = byte(0);
  if (c < 0x80) return 1;
  if (c >= 0xC2 && c <= 0xDF) return tail(1) ? 2 : 0;
  if (c >= 0xE0 && c <= 0xEF) {
    if (!tail(1) || !tail(2)) return 0;
    if (c == 0xE0 && byte(1) < 0xA0) return 0;
    if (c == 0xED && byte(1) > 0x9F) return 0;
    return 3;
  }
  if (c >= 0xF0 && c <= 0xF4) {
    if (!tail(1) || !tail(2) || !tail(3)) return 0;
    if (c == 0xF0 && byte(1) < 0x90) return 0;
    if (c == 0xF4 && byte(1) > 0x8F) return 0;
    return 4;
  }
  return 0;
}
}  // namespace

std::string Printable(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  while (!bytes.empty()) {
    const size_t n = Utf8Length(bytes);
    if (n == 0) {
      out += "\xEF\xBF\xBD";
      bytes.remove_prefix(1);
      continue;
    }
    const unsigned char c = static_cast<unsigned char>(bytes[0]);
    if (n == 1 && ((c < 0x20 && c != '\t' && c != '\n') || c == 0x7F))
      out += '?';
    else
      out += bytes.substr(0, n);
    bytes.remove_prefix(n);
  }
  return out;
}

std::string ErrnoText(int error) {
  std::string text = std::strerror(error);
  if (text.size() > 1 && std::islower(static_cast<unsigned char>(text[1])) != 0)
    text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
  return text;
}

std::string_view DidYouMean(std::string_view word, const std::vector<std::string_view>& known) {
  std::string_view best;
  size_t best_distance = word.size() / 3 + 2;
  for (std::string_view candidate : known) {
    std::vector<size_t> row(candidate.size() + 1);
    for (size_t j = 0; j < row.size(); ++j) row[j] = j;
    for (size_t i = 1; i <= word.size(); ++i) {
      size_t diagonal = row[0];
      row[0] = i;
      for (size_t j = 1; j < row.size(); ++j) {
        const size_t above = row[j];
        row[j] = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (word[i - 1] != candidate[j - 1])});
        diagonal = above;
      }
    }
    if (row.back() < best_distance) {
      best_distance = row.back();
      best = candidate;
    }
  }
  return best;
}

}  // namespace seep

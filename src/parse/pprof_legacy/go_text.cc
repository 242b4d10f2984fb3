#include "parse/pprof_legacy/go_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <optional>

namespace seep::parse::pprof_legacy {
namespace {

constexpr size_t kLongestLine = 64 * 1024;  // with its newline; bufio.MaxScanTokenSize

constexpr std::array<std::string_view, 25> kSpaces{
    " ",      "\t",     "\n",     "\v",     "\f",     "\r",     "\xC2\x85", "\xC2\xA0", "\u1680",
    "\u2000", "\u2001", "\u2002", "\u2003", "\u2004", "\u2005", "\u2006",   "\u2007",   "\u2008",
    "\u2009", "\u200A", "\u2028", "\u2029", "\u202F", "\u205F", "\u3000"};

int Digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'z' ? lower - 'a' + 10 : 36;
}

bool IsHexDigit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

// Underscores stand only between digits, or between the prefix of a base and a digit.
bool UnderscoresInPlace(std::string_view text) {
  char before = '^';  // '0': a digit or the prefix
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  bool hex = false;
  if (text.size() >= 2 && text[0] == '0') {
    const char base = static_cast<char>(text[1] | 0x20);
    if (base == 'b' || base == 'o' || base == 'x') {
      before = '0';
      hex = base == 'x';
      text.remove_prefix(2);
    }
  }
  for (char c : text) {
    if (Digit(c) < (hex ? 16 : 10)) {
      before = '0';
    } else if (c == '_') {
      if (before != '0') return false;
      before = '_';
    } else {
      if (before == '_') return false;
      before = '!';
    }
  }
  return before != '_';
}

enum class Fault { kSyntax, kRange };

std::unexpected<Error> NumberError(std::string_view function, std::string_view text, Fault fault) {
  return Fail(ErrorCode::kBadInput,
              fmt::format("strconv.{}: parsing \"{}\": {}", function, text,
                          fault == Fault::kSyntax ? "invalid syntax" : "value out of range"));
}

// Digits without a sign.
std::expected<uint64_t, Fault> ReadDigits(std::string_view text, int base) {
  const std::string_view whole = text;
  if (text.empty()) return std::unexpected(Fault::kSyntax);
  const bool by_prefix = base == 0;
  if (by_prefix) {
    base = 10;
    if (text[0] == '0') {
      const char second = text.size() >= 3 ? static_cast<char>(text[1] | 0x20) : '\0';
      base = second == 'b' ? 2 : second == 'x' ? 16 : 8;
      text.remove_prefix(second == 'b' || second == 'o' || second == 'x' ? 2 : 1);
    }
  }
  uint64_t value = 0;
  bool underscores = false;
  for (char c : text) {
    if (c == '_' && by_prefix) {
      underscores = true;
      continue;
    }
    const int digit = Digit(c);
    if (digit >= base) return std::unexpected(Fault::kSyntax);
    if (__builtin_mul_overflow(value, static_cast<uint64_t>(base), &value) ||
        __builtin_add_overflow(value, static_cast<uint64_t>(digit), &value))
      return std::unexpected(Fault::kRange);
  }
  if (underscores && !UnderscoresInPlace(whole)) return std::unexpected(Fault::kSyntax);
  return value;
}

}  // namespace

bool Lines::Next() {
  if (too_long_) return false;
  if (rest_.empty()) {
    text_ = {};
    return false;
  }
  const size_t end = rest_.substr(0, kLongestLine).find('\n');
  if (end == std::string_view::npos && rest_.size() >= kLongestLine) {
    too_long_ = true;
    return false;
  }
  text_ = rest_.substr(0, end);
  rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
  if (text_.ends_with('\r')) text_.remove_suffix(1);
  return true;
}

Status Lines::status() const {
  if (too_long_) return Fail(ErrorCode::kBadInput, "bufio.Scanner: token too long");
  return {};
}

std::string_view TrimSpace(std::string_view text) {
  const auto space_at_begin = [&] {
    for (std::string_view space : kSpaces)
      if (text.starts_with(space)) return space.size();
    return size_t{0};
  };
  const auto space_at_end = [&] {
    for (std::string_view space : kSpaces)
      if (text.ends_with(space)) return space.size();
    return size_t{0};
  };
  while (const size_t n = space_at_begin()) text.remove_prefix(n);
  while (const size_t n = space_at_end()) text.remove_suffix(n);
  return text;
}

bool IsSpaceOrComment(std::string_view line) {
  const std::string_view trimmed = TrimSpace(line);
  return trimmed.empty() || trimmed[0] == '#';
}

Result<uint64_t> ParseUint(std::string_view text, int base) {
  const auto value = ReadDigits(text, base);
  if (!value) return NumberError("ParseUint", text, value.error());
  return *value;
}

Result<int64_t> ParseInt(std::string_view text, int base) {
  const bool negative = text.starts_with('-');
  const auto size = ReadDigits(negative || text.starts_with('+') ? text.substr(1) : text, base);
  if (!size) return NumberError("ParseInt", text, size.error());
  constexpr uint64_t kLargest = std::numeric_limits<int64_t>::max();
  if (*size > kLargest + (negative ? 1 : 0)) return NumberError("ParseInt", text, Fault::kRange);
  return static_cast<int64_t>(negative ? uint64_t{0} - *size : *size);
}

Status ReadAddresses(std::string_view text, std::vector<uint64_t>& out) {
  for (size_t at = text.find("0x"); at != std::string_view::npos; at = text.find("0x", at)) {
    const size_t begin = at;
    at += 2;
    uint64_t value = 0;
    bool too_large = false;
    for (; at < text.size() && IsHexDigit(text[at]); ++at) {
      too_large |= value >> 60 != 0;
      value = value << 4 | static_cast<uint64_t>(Digit(text[at]));
    }
    if (too_large)
      return Fail(ErrorCode::kBadInput,
                  fmt::format("failed to parse as hex 64-bit number: {}", text.substr(begin, at - begin)));
    if (at != begin + 2) out.push_back(value);
  }
  return {};
}

std::string_view AddressText(std::string_view text) {
  const auto end =
      std::ranges::find_if_not(text, [](char c) { return c == ' ' || c == 'x' || IsHexDigit(c); });
  return text.substr(0, static_cast<size_t>(end - text.begin()));
}

}  // namespace seep::parse::pprof_legacy

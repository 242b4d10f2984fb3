#include "parse/metrics/exposition.h"

#include <charconv>
#include <cmath>
#include <limits>

#include "base/text.h"

namespace seep::parse {
namespace {

bool IsNameStart(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':';
}
bool IsNamePart(char c) {
  return IsNameStart(c) || (c >= '0' && c <= '9');
}

std::string_view Name(std::string_view text) {
  if (text.empty() || !IsNameStart(text[0])) return {};
  size_t n = 1;
  while (n < text.size() && IsNamePart(text[n])) ++n;
  return text.substr(0, n);
}

// After the opening quote, up to and including the closing one.
bool QuotedValue(Cursor& in, std::string& out) {
  out.clear();
  while (true) {
    out += in.Until("\"\\");
    if (in.Skip('"')) return true;
    if (!in.Skip('\\') || in.AtEnd()) return false;
    const char c = in.Take(1)->front();
    if (c == 'n') {
      out += '\n';
    } else {
      if (c != '\\' && c != '"') out += '\\';
      out += c;
    }
  }
}

bool ReadLabels(Cursor& in, ExpositionLine& out) {
  while (true) {
    in.SkipSpaces();
    if (in.Skip('}')) return true;
    const std::string_view key = Name(in.Rest());
    if (key.empty()) return false;
    in.Take(key.size());
    in.SkipSpaces();
    if (!in.Skip('=')) return false;
    in.SkipSpaces();
    if (!in.Skip('"')) return false;
    std::string value;
    if (!QuotedValue(in, value)) return false;
    out.labels.emplace_back(key, std::move(value));
    in.SkipSpaces();
    if (!in.Skip(',') && !in.Rest().starts_with('}')) return false;
  }
}

bool ReadValue(std::string_view word, double& value) {
  std::string_view digits = word;
  if (digits.starts_with('+')) digits.remove_prefix(1);
  if (EqualsIgnoreCase(digits, "NaN")) {
    value = std::numeric_limits<double>::quiet_NaN();
    return true;
  }
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), value);  // takes "Inf", too
  if (end != digits.data() + digits.size() || digits.empty()) return false;
  if (error == std::errc::result_out_of_range) value = digits.starts_with('-') ? -HUGE_VAL : HUGE_VAL;
  return error == std::errc{} || error == std::errc::result_out_of_range;
}

}  // namespace

bool ReadExpositionLine(std::string_view line, ExpositionLine& out) {
  Cursor in(line);
  in.SkipSpaces();
  out.labels.clear();
  out.name = Name(in.Rest());
  if (out.name.empty()) return false;
  in.Take(out.name.size());
  const size_t before = in.Left();
  in.SkipSpaces();
  const bool labelled = in.Skip('{');
  if (labelled && !ReadLabels(in, out)) return false;
  if (!labelled && in.Left() == before) return false;  // "name" must be followed by a space
  in.SkipSpaces();
  return ReadValue(in.Word(), out.value);  // a time stamp and an exemplar may follow
}

}  // namespace seep::parse

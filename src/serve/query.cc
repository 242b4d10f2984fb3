#include "serve/query.h"

#include <fmt/format.h>

#include "base/text.h"

namespace seep::serve {
namespace {

constexpr size_t kMaxFields = 1000;

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::string PercentDecoded(std::string_view text, bool plus_is_space) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && HexDigit(text[i + 1]) >= 0 && HexDigit(text[i + 2]) >= 0) {
      out += static_cast<char>(HexDigit(text[i + 1]) * 16 + HexDigit(text[i + 2]));
      i += 2;
    } else {
      out += text[i] == '+' && plus_is_space ? ' ' : text[i];
    }
  }
  return out;
}

std::string PercentEncoded(std::string_view text) {
  constexpr std::string_view kPlain = "-._~";
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                       kPlain.find(c) != kPlain.npos;
    if (plain)
      out += c;
    else
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

QueryFields ParseQuery(std::string_view query) {
  QueryFields fields;
  for (std::string_view field : Split(query, '&')) {
    if (field.empty() || fields.size() == kMaxFields) continue;
    const size_t equals = field.find('=');
    fields.emplace_back(
        PercentDecoded(field.substr(0, equals), true),
        equals == field.npos ? std::string() : PercentDecoded(field.substr(equals + 1), true));
  }
  return fields;
}

std::optional<std::string> FieldOf(const QueryFields& fields, std::string_view name) {
  for (const auto& [key, value] : fields)
    if (key == name) return value;
  return std::nullopt;
}

}  // namespace seep::serve

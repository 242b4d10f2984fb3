#include "pprof/json.h"

#include <fmt/format.h>

#include <cmath>

#include "base/text.h"

namespace seep::pprof {

void AppendQuoted(std::string& out, std::string_view text) {
  const auto plain = [](unsigned char c) { return c >= 0x20 && c < 0x7F && c != '"' && c != '\\'; };
  out += '"';
  size_t i = 0;
  while (i < text.size() && plain(static_cast<unsigned char>(text[i]))) ++i;
  if (i == text.size()) {
    out += text;
  } else {
    for (const char c : Printable(text)) {
      if (c == '"' || c == '\\') out += '\\';
      if (c == '\n')
        out += "\\n";
      else if (c == '\t')
        out += "\\t";
      else
        out += c;
    }
  }
  out += '"';
}

Json& Json::Value(double number) {
  if (!std::isfinite(number)) return Verbatim("null");
  return Verbatim(fmt::format("{}", number));  // the shortest text that reads back as the same
}

}  // namespace seep::pprof

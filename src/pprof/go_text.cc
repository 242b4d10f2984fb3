#include "pprof/go_text.h"

#include <cstdint>

#include <fmt/format.h>

namespace seep::pprof {
namespace {

struct Rune {
  uint32_t code = 0;
  size_t length = 0;  // 0: a stray byte
};

Rune FirstRune(std::string_view s) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(s[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  const size_t n = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || s.size() < n) return {};
  uint32_t code = lead & (0x7Fu >> n);
  for (size_t i = 1; i < n; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {};
    code = code << 6 | (byte(i) & 0x3Fu);
  }
  const uint32_t least = n == 4 ? 0x10000 : n == 3 ? 0x800 : 0x80;
  if (code < least || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) return {};
  return {code, n};
}

// Of what strconv.IsPrint refuses only the control and format characters that turn up in practice.
bool IsPrintable(uint32_t code) {
  return code >= 0x20 && code != 0x7F && !(code >= 0x80 && code <= 0xA0) && code != 0xAD &&
         !(code >= 0x2000 && code <= 0x200F) && !(code >= 0x2028 && code <= 0x202F) &&
         !(code >= 0x205F && code <= 0x206F) && code != 0x3000 && code != 0xFEFF &&
         !(code >= 0xE000 && code <= 0xF8FF) && !(code >= 0xFFF0 && code <= 0xFFFB) && code < 0xE0000;
}

void AppendQuoted(std::string& out, uint32_t code, std::string_view bytes) {
  switch (code) {
    case '\a':
      out += "\\a";
      return;
    case '\b':
      out += "\\b";
      return;
    case '\f':
      out += "\\f";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    case '\v':
      out += "\\v";
      return;
    case '"':
    case '\\':
      out += '\\';
      out += static_cast<char>(code);
      return;
    default:
      break;
  }
  if (IsPrintable(code))
    out += bytes;
  else if (code < 0x20 || code == 0x7F)
    out += fmt::format("\\x{:02x}", code);
  else
    out += code < 0x10000 ? fmt::format("\\u{:04x}", code) : fmt::format("\\U{:08x}", code);
}

}  // namespace

size_t RuneCount(std::string_view text) {
  size_t count = 0;
  while (!text.empty()) {
    const Rune rune = FirstRune(text);
    text.remove_prefix(rune.length == 0 ? 1 : rune.length);
    ++count;
  }
  return count;
}

void PadLeft(std::string& out, std::string_view text, size_t width) {
  const size_t count = RuneCount(text);
  if (count < width) out.append(width - count, ' ');
  out += text;
}

std::string Quoted(std::string_view text) {
  std::string out = "\"";
  while (!text.empty()) {
    const Rune rune = FirstRune(text);
    if (rune.length == 0) {
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(text[0]));
      text.remove_prefix(1);
      continue;
    }
    AppendQuoted(out, rune.code, text.substr(0, rune.length));
    text.remove_prefix(rune.length);
  }
  return out + "\"";
}

}  // namespace seep::pprof

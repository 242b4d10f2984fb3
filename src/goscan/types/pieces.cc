#include "goscan/types/pieces.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace seep::goscan {

namespace {

// The first byte after what begins at `at`: a string, a rune, a comment.
size_t AfterQuoted(std::string_view source, size_t at) {
  const char quote = source[at];
  for (++at; at < source.size() && source[at] != quote && source[at] != '\n'; ++at)
    if (source[at] == '\\') ++at;
  return at < source.size() && source[at] == quote ? at + 1 : std::min(at, source.size());
}

size_t AfterNext(std::string_view source, std::string_view end, size_t from) {
  const size_t found = source.find(end, from);
  return found == std::string_view::npos ? source.size() : found + end.size();
}

bool IsNameByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

// How many bytes of a name the text begins with, or ends with.
size_t NameAt(std::string_view text, bool at_end) {
  size_t size = 0;
  while (size < text.size() && IsNameByte(at_end ? text[text.size() - 1 - size] : text[size])) ++size;
  return size;
}

bool BeginsPiece(std::string_view line) {
  return line.starts_with("func ") || line.starts_with("type ") || line.starts_with("var ") ||
         line.starts_with("const ");
}

// What is more than a byte to pass: brackets, line ends, quotes and what may begin a comment.
constexpr std::array<uint8_t, 256> kSpecial = [] {
  std::array<uint8_t, 256> special{};
  for (const unsigned char c : std::string_view("(){}[]\n\"'`/")) special[c] = 1;
  return special;
}();

}  // namespace

std::vector<std::string_view> Pieces(std::string_view source) {
  std::vector<std::string_view> pieces;
  size_t from = 0;
  int depth = 0;
  const auto special = [&](size_t at) { return kSpecial[static_cast<unsigned char>(source[at])]; };
  for (size_t at = 0; at < source.size();) {
    // Four at a time: all of what is imported goes this way.
    while (at + 4 <= source.size() &&
           (special(at) | special(at + 1) | special(at + 2) | special(at + 3)) == 0)
      at += 4;
    if (at < source.size() && !special(at)) {
      ++at;
      continue;
    }
    if (at == source.size()) break;
    switch (source[at]) {
      case '"':
      case '\'':
        at = AfterQuoted(source, at);
        continue;
      case '`':
        at = AfterNext(source, "`", at + 1);
        continue;
      case '/':
        if (source.substr(at, 2) == "/*")
          at = AfterNext(source, "*/", at + 2);
        else
          at = source.substr(at, 2) == "//" ? std::min(source.find('\n', at), source.size()) : at + 1;
        continue;
      case '\n':
        at = std::min(source.find_first_not_of(" \t\r", at + 1), source.size());
        if (depth == 0 && BeginsPiece(source.substr(at, 6))) {
          pieces.push_back(source.substr(from, at - from));
          from = at;
        }
        continue;
      case '(':
      case '[':
      case '{':
        ++depth;
        break;
      default:
        depth = std::max(depth - 1, 0);
        break;
    }
    ++at;
  }
  pieces.push_back(source.substr(from));
  return pieces;
}

PieceHead HeadOf(std::string_view piece) {
  PieceHead head;
  const size_t blank = piece.find(' ');
  const std::string_view keyword = piece.substr(0, blank);
  std::string_view rest = piece.substr(blank + 1);
  const bool func = keyword == "func";
  head.kind = func                 ? DeclKind::kFunc
              : keyword == "type"  ? DeclKind::kType
              : keyword == "const" ? DeclKind::kConst
                                   : DeclKind::kVar;
  if (func && rest.starts_with('(')) {
    const size_t close = rest.find(')');
    if (close == std::string_view::npos || rest.substr(close, 2) != ") ") return {};
    std::string_view type = rest.substr(1, close - 1);
    type = type.substr(0, type.find('['));
    head.receiver = type.substr(type.size() - NameAt(type, true));
    if (head.receiver.empty()) return {};
    rest.remove_prefix(close + 2);
  }
  const size_t end = NameAt(rest, false);
  const char next = end < rest.size() ? rest[end] : '\n';
  // Another name may follow; what is on the next line belongs to something else.
  if (next == ',' || next == '\n' || (func && next != '(' && next != '[')) return {};
  head.name = rest.substr(0, end);
  return head;
}

std::string_view PackageName(std::string_view source) {
  constexpr std::string_view kMark = "\xEF\xBB\xBF";
  if (source.starts_with(kMark)) source.remove_prefix(kMark.size());
  const auto pass = [&](size_t size) { source.remove_prefix(std::min(size, source.size())); };
  for (;;) {
    pass(source.find_first_not_of(" \t\r\n"));
    if (source.starts_with("//")) {
      pass(source.find('\n'));
    } else if (source.starts_with("/*")) {
      const size_t close = source.find("*/", 2);
      pass(close == std::string_view::npos ? close : close + 2);
    } else {
      break;
    }
  }
  if (!source.starts_with("package ") && !source.starts_with("package\t")) return {};
  pass(8);
  pass(source.find_first_not_of(" \t"));
  return source.substr(0, source.find_first_of(" \t\r\n;/"));
}

}  // namespace seep::goscan

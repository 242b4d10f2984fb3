#include "goscan/types/stub.h"

#include <algorithm>

namespace seep::goscan {

size_t NextPiece(std::string_view text, size_t at) {
  if (at > 0) at = std::min(text.find('\n', at - 1), text.size() - 1) + 1;
  while (at < text.size()) {
    const std::string_view line = text.substr(at, 6);
    if (line.starts_with("func ") || line.starts_with("type ") || line.starts_with("var ") ||
        line == "const ")
      return at;
    at = std::min(text.find('\n', at), text.size() - 1) + 1;
  }
  return text.size();
}

PieceHead HeadOf(std::string_view piece) {
  PieceHead head;
  const size_t blank = piece.find(' ');
  const std::string_view keyword = piece.substr(0, blank);
  std::string_view rest = piece.substr(blank + 1);
  head.kind = keyword == "func" ? DeclKind::kFunc : keyword == "type" ? DeclKind::kType : DeclKind::kVar;
  if (keyword == "func" && rest.starts_with('(')) {
    const size_t close = rest.find(')');
    if (close == std::string_view::npos || rest.substr(close, 2) != ") ") return {};
    std::string_view type = rest.substr(1, close - 1);
    type = type.substr(0, type.find('['));
    head.receiver = type.substr(type.find_last_of(" *") + 1);
    if (head.receiver.empty()) return {};
    rest.remove_prefix(close + 2);
  }
  const size_t end = rest.find_first_of(keyword == "func" ? "([" : " [,\n");
  if (keyword == "const" || end == std::string_view::npos || rest[end] == ',' || rest[end] == '\n') return {};
  head.name = rest.substr(0, end);
  if (head.name.find_first_of(" \t({\"") != std::string_view::npos) return {};
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

#include "parse/goroutine_text/dump_lines.h"

#include <algorithm>
#include <limits>
#include <vector>

#include "base/cursor.h"
#include "base/text.h"

namespace seep::parse {
namespace {

constexpr std::string_view kLabels = " labels:{";

// "5 minutes", "locked to thread", "synctest bubble 1": whatever stands between two commas.
void ReadAttribute(std::string_view attribute, GoroutineHeader& header) {
  Cursor in(attribute);
  if (auto minutes = in.Decimal(); minutes && in.Rest().starts_with(" minute")) {
    header.minutes = static_cast<int32_t>(std::min<uint64_t>(*minutes, std::numeric_limits<int32_t>::max()));
  } else if (attribute == "locked to thread") {
    header.locked = true;
  }
}

// The position of the brace that closes a label list, honouring quotes; npos if it never closes.
size_t ClosingBrace(std::string_view text) {
  bool quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (quoted && text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      quoted = !quoted;
    } else if (!quoted && text[i] == '}') {
      return i;
    }
  }
  return std::string_view::npos;
}

bool ReadLabels(std::string_view& rest, GoroutineHeader& header) {
  const size_t close = ClosingBrace(rest);
  if (close == std::string_view::npos) return false;
  header.labels = rest.substr(0, close);
  rest.remove_prefix(close + 1);
  return true;
}

// From after "[" to after "]".
bool ReadBrackets(std::string_view& rest, GoroutineHeader& header) {
  bool first = true;
  while (true) {
    const size_t end = rest.find_first_of(",]");
    const size_t labels = rest.substr(0, end).find(kLabels);
    std::string_view part = rest.substr(0, std::min(labels, end));
    if (end == std::string_view::npos && labels == std::string_view::npos) return false;
    if (first) {
      header.state = part;
    } else {
      ReadAttribute(part.starts_with(' ') ? part.substr(1) : part, header);
    }
    first = false;
    rest.remove_prefix(part.size());
    if (rest.starts_with(kLabels)) {
      rest.remove_prefix(kLabels.size());
      if (!ReadLabels(rest, header)) return false;
    }
    if (rest.empty() || (rest.front() != ',' && rest.front() != ']')) return false;
    const bool closed = rest.front() == ']';
    rest.remove_prefix(1);
    if (closed) return true;
  }
}

// One label word, quoted or bare (up to ':' or ','), appended to `out`. Newlines would break the canonical
// form.
void ReadLabelWord(Cursor& in, std::string& out) {
  in.SkipSpaces();
  if (!in.Skip('"')) {
    out += Trim(in.Until(":,"));
    return;
  }
  while (!in.AtEnd() && !in.Skip('"')) {
    const char c = in.Take(1)->front();
    if (c != '\\' || in.AtEnd()) {
      out += c;
      continue;
    }
    const char escaped = in.Take(1)->front();
    if (escaped == 'n' || escaped == 'r' || escaped == 't') {
      out += ' ';
    } else if (escaped == '"' || escaped == '\\') {
      out += escaped;
    } else {
      out += {'\\', escaped};  // \x00, \u1234: kept as written
    }
  }
}

// "SIGQUIT: quit" (runtime/signal_unix.go), register dumps ("rax    0x0", "r0      0x0", signal_*.go
// dumpregs), panics.
bool IsMarker(std::string_view line) {
  if (line.empty()) return false;
  switch (line.front()) {
    case 'S': {
      if (!line.starts_with("SIG")) return false;
      const size_t end = line.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
      return end != std::string_view::npos && line.substr(end).starts_with(": ");
    }
    case 'p':
      return line.starts_with("panic: ");
    case 'f':
      return line.starts_with("fatal error: ");
    case 'e':
      return line.starts_with("exit status ");
    case 'r':
      return line.starts_with("rax  ") || line.starts_with("r0  ");
    default:
      return false;
  }
}

}  // namespace

std::optional<GoroutineHeader> ParseHeader(std::string_view line) {
  GoroutineHeader header;
  if (!line.starts_with("goroutine ")) return std::nullopt;
  Cursor in(line.substr(10));
  if (in.AtEnd() || !IsDigit(in.Rest().front())) return std::nullopt;
  const auto goid = in.Decimal();
  if (!goid) return std::nullopt;
  header.goid = *goid;
  std::string_view rest = in.Rest();
  if (rest.starts_with(" gp=")) {
    const size_t open = rest.find(" [");
    if (open == std::string_view::npos) return std::nullopt;
    rest.remove_prefix(open);
  }
  if (!rest.starts_with(" [")) return std::nullopt;
  rest.remove_prefix(2);
  if (!ReadBrackets(rest, header)) return std::nullopt;
  if (rest.starts_with(" {")) {
    rest.remove_prefix(2);
    if (!ReadLabels(rest, header)) return std::nullopt;
  }
  if (!rest.starts_with(':') || !Trim(rest.substr(1)).empty()) return std::nullopt;
  header.leaked = header.state.find(" (leaked)") != std::string_view::npos;
  header.state = header.state.substr(0, header.state.find(" (leaked)"));
  header.state = header.state.substr(0, header.state.find(" (scan)"));
  return header;
}

std::string CanonicalLabels(std::string_view between_braces) {
  std::vector<std::string> lines;
  Cursor in(between_braces);
  while (!in.AtEnd()) {
    std::string line;
    ReadLabelWord(in, line);
    in.SkipSpaces();
    if (in.Skip(':')) {
      line += '=';
      ReadLabelWord(in, line);
    }
    in.Until(',');
    in.Skip(',');
    if (!line.empty()) lines.push_back(std::move(line));
  }
  std::ranges::sort(lines);
  std::string all;
  for (const std::string& line : lines) all += (all.empty() ? "" : "\n") + line;
  return all;
}

DumpLine Classify(std::string_view line) {
  if (line == "-----") return DumpLine::kContinues;
  if (IsMarker(line)) return DumpLine::kMarker;
  if (line.starts_with("created by ")) return DumpLine::kCreated;
  if (line.starts_with("...") && line.ends_with(" frames elided...")) return DumpLine::kElided;
  if (line.starts_with("[originating from goroutine ")) return DumpLine::kAncestor;
  if (line.starts_with("goroutine running on other thread")) return DumpLine::kUnavailable;
  if (line.starts_with("non-Go function at pc=")) return DumpLine::kForeign;
  if (line.ends_with(')') && line.front() != ' ' && line.front() != '\t' && FunctionLength(line) > 0)
    return DumpLine::kFunction;
  return DumpLine::kOther;
}

size_t FunctionLength(std::string_view function_line) {
  const size_t open = function_line.rfind('(');
  return open == std::string_view::npos ? 0 : open;
}

CreatedBy ParseCreatedBy(std::string_view line) {
  line.remove_prefix(std::string_view("created by ").size());
  constexpr std::string_view kIn = " in goroutine ";
  if (const size_t at = line.rfind(kIn); at != std::string_view::npos) {
    Cursor in(line.substr(at + kIn.size()));
    if (const auto parent = in.Decimal(); parent && in.AtEnd()) return {line.substr(0, at), *parent};
  }
  return {line, 0};
}

std::optional<FileLine> ParseFileLine(std::string_view text) {
  for (size_t colon = text.find(':'); colon != std::string_view::npos; colon = text.find(':', colon + 1)) {
    uint64_t line = 0;
    size_t i = colon + 1;
    for (; i < text.size() && IsDigit(text[i]) && line <= std::numeric_limits<uint32_t>::max(); ++i)
      line = line * 10 + static_cast<uint64_t>(text[i] - '0');
    if (colon == 0 || i == colon + 1 || line > std::numeric_limits<uint32_t>::max()) continue;
    if (i == text.size() || text[i] == ' ')
      return FileLine{text.substr(0, colon), static_cast<uint32_t>(line), i, i != text.size()};
  }
  return std::nullopt;
}

uint64_t FirstArgument(const char* p, const char* end) {
  while (p != end && *p == '{') ++p;
  if (end - p < 3 || p[0] != '0' || p[1] != 'x') return 0;
  p += 2;
  uint64_t value = 0;
  for (int digits = 0; p != end && digits < 16; ++p, ++digits) {
    const char c = *p;
    if (IsDigit(c)) {
      value = value << 4 | static_cast<uint64_t>(c - '0');
    } else if (c >= 'a' && c <= 'f') {
      value = value << 4 | static_cast<uint64_t>(c - 'a' + 10);
    } else {
      break;
    }
  }
  return value;
}

}  // namespace seep::parse

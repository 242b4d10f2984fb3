#include "parse/knowledge/plain_yaml.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace seep::parse {
namespace {

// Below the limits of yaml_node.h, so that a file beyond them meets the reader that refuses it.
constexpr size_t kMaxBytes = size_t{256} << 10;
constexpr size_t kMaxDepth = 16;
constexpr size_t kMaxKeys = 64;
constexpr std::string_view kIndicators = "-?:,[]{}#&*!|>'\"%@`";  // a plain scalar may not begin with them

bool IsWord(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// Plain scalars that mean "nothing" in YAML.
bool IsNull(std::string_view text) {
  return text == "null" || text == "Null" || text == "NULL" || text == "~";
}

bool IsPlain(std::string_view text) {
  return !text.empty() && kIndicators.find(text.front()) == kIndicators.npos && !IsNull(text) &&
         text.find(": ") == text.npos && !text.ends_with(':');
}

struct Line {
  std::string_view text;  // without its indent
  size_t indent = 0;
  uint32_t number = 0;  // 1-based
  bool Blank() const { return text.empty() || text.front() == '#'; }
};

// Also when the map is too large to look.
bool IsTaken(const YamlNode& map, std::string_view key) {
  return map.children.size() >= kMaxKeys ||
         std::ranges::find(map.children, key, &YamlNode::key) != map.children.end();
}

YamlNode Scalar(std::string text, uint32_t line) {
  YamlNode node;
  node.kind = YamlNode::Kind::kScalar;
  node.line = line;
  node.text = std::move(text);
  return node;
}

// One line of flow style: [a, 'b', {c: d}].
class Flow {
 public:
  Flow(std::string_view text, uint32_t line) : text_(text), line_(line) {}

  bool Value(YamlNode& out, size_t depth) {
    SkipSpaces();
    if (text_.empty() || depth > kMaxDepth) return false;
    if (text_.front() == '[') return List(out, depth);
    if (text_.front() == '{') return Map(out, depth);
    std::string text;
    if (text_.front() == '\'' || text_.front() == '"') {
      if (!Quoted(text)) return false;
    } else {
      const size_t end = text_.find_first_of(",]}");
      if (end == text_.npos) return false;
      const std::string_view plain = Trim(text_.substr(0, end));
      // Any other character is left to yaml-cpp: whether ':', '#' or '?' separates depends on its neighbours.
      const auto usual = [](char c) {
        return IsWord(c) || std::string_view(" -./()*+%").find(c) != std::string_view::npos;
      };
      if (!IsPlain(plain) || !std::ranges::all_of(plain, usual)) return false;
      text = plain;
      text_.remove_prefix(end);
    }
    out = Scalar(std::move(text), line_);
    return true;
  }

  bool Quoted(std::string& out) {
    const char quote = text_.front();
    text_.remove_prefix(1);
    while (true) {
      const size_t end = text_.find(quote);
      if (end == text_.npos) return false;
      out += text_.substr(0, end);
      text_.remove_prefix(end + 1);
      if (quote == '"') return out.find('\\') == out.npos;
      if (!text_.starts_with('\'')) return true;
      out += '\'';  // '' inside '...'
      text_.remove_prefix(1);
    }
  }

  // Nothing but a comment may follow.
  bool AtEnd() const {
    const std::string_view rest = Trim(text_);
    return rest.empty() || (rest.front() == '#' && text_.front() == ' ');
  }

 private:
  void SkipSpaces() { text_.remove_prefix(std::min(text_.find_first_not_of(' '), text_.size())); }

  // After an entry: ',' goes on, `close` ends.
  enum class Next { kMore, kEnd, kOther };
  Next Separator(char close) {
    SkipSpaces();
    if (text_.empty() || (text_.front() != ',' && text_.front() != close)) return Next::kOther;
    const bool more = text_.front() == ',';
    text_.remove_prefix(1);
    return more ? Next::kMore : Next::kEnd;
  }

  bool List(YamlNode& out, size_t depth) {
    out.kind = YamlNode::Kind::kList;
    out.line = line_;
    text_.remove_prefix(1);
    Next next = Next::kMore;
    while (next == Next::kMore) {
      if (!Value(out.children.emplace_back(), depth + 1)) return false;
      next = Separator(']');
    }
    return next == Next::kEnd;
  }

  bool Map(YamlNode& out, size_t depth) {
    out.kind = YamlNode::Kind::kMap;
    out.line = line_;
    text_.remove_prefix(1);
    Next next = Next::kMore;
    while (next == Next::kMore) {
      SkipSpaces();
      const size_t end = static_cast<size_t>(std::ranges::find_if_not(text_, IsWord) - text_.begin());
      const std::string_view key = text_.substr(0, end);
      if (key.empty() || IsNull(key) || !text_.substr(end).starts_with(": ")) return false;
      if (IsTaken(out, key)) return false;
      text_.remove_prefix(end + 2);
      YamlNode value;
      if (!Value(value, depth + 1)) return false;
      value.key = key;
      value.key_line = line_;
      out.children.push_back(std::move(value));
      next = Separator('}');
    }
    return next == Next::kEnd;
  }

  std::string_view text_;
  uint32_t line_;
};

class Block {
 public:
  explicit Block(std::string_view yaml) {
    uint32_t number = 0;
    for (std::string_view text : Split(yaml, '\n')) {
      const size_t indent = std::min(text.find_first_not_of(' '), text.size());
      lines_.push_back({text.substr(indent), indent, ++number});
    }
  }

  bool Document(YamlNode& out) {
    SkipBlank();
    if (AtEnd() || lines_[at_].indent != 0 || !Node(out, 0)) return false;
    SkipBlank();
    return AtEnd();
  }

 private:
  bool AtEnd() const { return at_ == lines_.size(); }
  void SkipBlank() {
    while (!AtEnd() && lines_[at_].Blank()) ++at_;
  }

  // The map or list that begins on the current line.
  bool Node(YamlNode& out, size_t depth) {
    if (depth > kMaxDepth) return false;
    out.line = lines_[at_].number;
    return lines_[at_].text.starts_with("- ") ? List(out, depth) : Map(out, depth);
  }

  bool List(YamlNode& out, size_t depth) {
    out.kind = YamlNode::Kind::kList;
    const size_t indent = lines_[at_].indent;
    for (; !AtEnd() && lines_[at_].indent >= indent; SkipBlank()) {
      Line& line = lines_[at_];
      if (line.indent != indent || !line.text.starts_with("- ")) return false;
      const size_t skip = std::min(line.text.find_first_not_of(' ', 1), line.text.size());
      YamlNode& item = out.children.emplace_back();
      const std::string_view rest = line.text.substr(skip);
      if (rest.empty() || rest.front() == '#' || rest.starts_with("- ")) return false;
      if (KeyLength(rest) != 0) {
        // "- key: value" is a map whose first line stands behind the dash.
        line.text = rest;
        line.indent += skip;
        if (!Node(item, depth + 1)) return false;
      } else if (!Value(rest, indent, item, depth + 1)) {
        return false;
      }
    }
    return true;
  }

  bool Map(YamlNode& out, size_t depth) {
    out.kind = YamlNode::Kind::kMap;
    const size_t indent = lines_[at_].indent;
    for (; !AtEnd() && lines_[at_].indent >= indent; SkipBlank()) {
      const Line line = lines_[at_];
      const size_t length = KeyLength(line.text);
      if (line.indent != indent || length == 0) return false;
      const std::string_view key = line.text.substr(0, length);
      if (IsNull(key) || IsTaken(out, key)) return false;
      YamlNode value;
      if (!Value(Trim(line.text.substr(length + 1)), indent, value, depth + 1)) return false;
      value.key = key;
      value.key_line = line.number;
      out.children.push_back(std::move(value));
    }
    return true;
  }

  // Of "key" in "key: ..." or "key:"; 0 if the line does not begin so.
  static size_t KeyLength(std::string_view text) {
    const size_t length = static_cast<size_t>(std::ranges::find_if_not(text, IsWord) - text.begin());
    const std::string_view rest = text.substr(length);
    return rest == ":" || rest.starts_with(": ") ? length : 0;
  }

  // What stands behind "key: " or "- " of the current line; `indent` is that of the key or dash.
  bool Value(std::string_view text, size_t indent, YamlNode& out, size_t depth) {
    const uint32_t number = lines_[at_].number;
    ++at_;
    if (text.empty() || text.front() == '#') {
      SkipBlank();
      return !AtEnd() && lines_[at_].indent > indent && Node(out, depth);
    }
    if (text == "|-" || text == ">-") return BlockScalar(text == ">-", indent, number, out);
    if (!OneLine(text, number, out, depth)) return false;
    // A deeper line would continue the scalar.
    for (size_t next = at_; next < lines_.size(); ++next)
      if (!lines_[next].Blank()) return lines_[next].indent <= indent;
    return true;
  }

  static bool OneLine(std::string_view text, uint32_t number, YamlNode& out, size_t depth) {
    Flow flow(text, number);
    if (text.front() == '[' || text.front() == '{') return flow.Value(out, depth) && flow.AtEnd();
    if (text.front() == '\'' || text.front() == '"') {
      std::string quoted;
      if (!flow.Quoted(quoted) || !flow.AtEnd()) return false;
      out = Scalar(std::move(quoted), number);
      return true;
    }
    const std::string_view plain = Trim(text.substr(0, text.find(" #")));
    if (!IsPlain(plain)) return false;
    out = Scalar(std::string(plain), number);
    return true;
  }

  // |- keeps the lines, >- joins them; the last newlines go.
  bool BlockScalar(bool folded, size_t indent, uint32_t number, YamlNode& out) {
    if (AtEnd() || lines_[at_].text.empty() || lines_[at_].indent <= indent) return false;
    const size_t margin = lines_[at_].indent;
    std::string text;
    std::string pending;  // newlines of empty lines: they count only if text follows
    for (; !AtEnd(); ++at_) {
      const Line& line = lines_[at_];
      if (line.text.empty()) {
        if (line.indent != 0) return false;  // spaces alone
        pending += '\n';
        continue;
      }
      if (line.indent < margin) {
        if (line.indent > indent) return false;
        break;
      }
      if (folded && (line.indent > margin || !pending.empty())) return false;
      if (!text.empty()) text += folded ? ' ' : '\n';
      text += pending;
      pending.clear();
      text.append(line.indent - margin, ' ');
      text += line.text;
      if (folded && text.ends_with(' ')) return false;
    }
    out = Scalar(std::move(text), number);
    return true;
  }

  std::vector<Line> lines_;
  size_t at_ = 0;
};

}  // namespace

std::optional<YamlNode> ReadPlainYaml(std::string_view yaml) {
  const auto usual = [](unsigned char c) { return c == '\n' || (c >= 0x20 && c < 0x7F); };
  if (yaml.size() > kMaxBytes || !std::ranges::all_of(yaml, usual)) return std::nullopt;
  YamlNode root;
  if (!Block(yaml).Document(root)) return std::nullopt;
  return root;
}

}  // namespace seep::parse

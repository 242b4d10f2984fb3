#include "goscan/review/directives.h"

#include <algorithm>
#include <optional>

#include "base/text.h"

namespace seep::goscan {
namespace {

// The text of a comment without its marks.
std::string_view Inside(std::string_view comment) {
  if (comment.starts_with("//")) return comment.substr(2);
  if (comment.starts_with("/*")) comment.remove_prefix(2);
  if (comment.ends_with("*/")) comment.remove_suffix(2);
  return comment;
}

void AddNames(std::string_view list, std::vector<std::string>& names) {
  for (const std::string_view name : Split(list, ','))
    if (!Trim(name).empty()) names.emplace_back(Trim(name));
}

// "R103,R104 reason": the names end at the first space.
void NamesThenReason(std::string_view rest, Directive& out) {
  rest = Trim(rest);
  const size_t end = std::min(rest.find_first_of(" \t"), rest.size());
  AddNames(rest.substr(0, end), out.names);
  out.said.names = rest.substr(0, end);
  out.said.reason = Trim(rest.substr(end));
}

bool Begins(std::string_view text, std::string_view word, std::string_view after) {
  return text.starts_with(word) &&
         (text.size() == word.size() || after.find(text[word.size()]) != std::string_view::npos);
}

// golangci-lint: "nolint", "nolint:a,b // reason"; "all" is everything.
void ReadNolint(std::string_view rest, Directive& out) {
  const size_t reason = rest.find("//");
  if (reason != rest.npos) out.said.reason = Trim(rest.substr(reason + 2));
  rest = rest.substr(0, reason);
  if (!rest.starts_with(':')) return;
  const std::string_view list = Trim(rest.substr(1));
  out.said.names = list;
  AddNames(list, out.names);
  if (std::ranges::find(out.names, "all") != out.names.end()) out.names.clear();
}

// gosec: "#nosec G112 G114 -- reason".
void ReadNosec(std::string_view rest, Directive& out) {
  const size_t reason = rest.find("--");
  if (reason != rest.npos) out.said.reason = Trim(rest.substr(reason + 2));
  rest = Trim(rest.substr(0, reason));
  out.said.names = rest;
  for (const std::string_view name : Split(rest, ' '))
    if (name.starts_with('G')) out.names.emplace_back(Trim(name));
}

// What a comment says, whole_file apart; nothing when it is none of ours.
std::optional<Directive> ReadComment(std::string_view comment, bool& whole_file) {
  Directive out;
  const std::string_view raw = Inside(comment);
  const std::string_view text = Trim(raw);
  if (Begins(text, "nolint", " :\t")) {
    out.said.kind = "nolint";
    ReadNolint(text.substr(6), out);
  } else if (Begins(raw, "seep:ignore", " \t")) {
    out.said.kind = "seep:ignore";
    NamesThenReason(raw.substr(11), out);
  } else if (Begins(raw, "lint:ignore", " \t")) {
    out.said.kind = "lint:ignore";
    NamesThenReason(raw.substr(11), out);
  } else if (Begins(raw, "lint:file-ignore", " \t")) {
    out.said.kind = "lint:ignore";
    whole_file = true;
    NamesThenReason(raw.substr(16), out);
  } else if (Begins(text, "noinspection", " \t")) {
    out.said.kind = "noinspection";
    NamesThenReason(text.substr(12), out);
  } else if (Begins(text, "#nosec", " \t")) {
    out.said.kind = "nosec";
    ReadNosec(text.substr(6), out);
  } else {
    return std::nullopt;
  }
  return out;
}

// The last line of the largest statement or declaration that begins on each line.
std::vector<uint32_t> LastLines(const Tree& tree, bool declarations_only) {
  std::vector<uint32_t> last(tree.lines.size() + 2, 0);
  const auto visit = [&](const auto& self, NodeId id) -> void {
    const Kind kind = tree.kind(id);
    if (IsDecl(kind) || (!declarations_only && (IsStmt(kind) || kind == Kind::kValueSpec))) {
      const uint32_t first = tree.PositionOf(tree.begin(id)).line;
      const uint32_t end = tree.PositionOf(tree.end(id)).line;
      if (first < last.size()) last[first] = std::max(last[first], end);
    }
    if (declarations_only && IsDecl(kind)) return;
    ForEachChild(tree, id, [&](NodeId child) { self(self, child); });
  };
  if (tree.file) visit(visit, tree.file);
  return last;
}

struct Lines {
  std::vector<bool> blank;  // nothing but space and comments
  uint32_t package = 0;     // of the package clause; 0: none
};

Lines ReadLines(const Tree& tree) {
  Lines lines;
  lines.blank.assign(tree.lines.size() + 2, true);
  size_t comment = 0;
  for (Offset at = 0; at < tree.source.size(); ++at) {
    while (comment < tree.comments.size() && tree.comments[comment].end <= at) ++comment;
    if (comment < tree.comments.size() && at >= tree.comments[comment].begin) {
      at = tree.comments[comment].end - 1;
      continue;
    }
    const char c = tree.source[at];
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') continue;
    const uint32_t line = tree.PositionOf(at).line;
    lines.blank[line] = false;
    // The rest of the line is no news; a comment in it is passed over as well.
    const Offset next = line < tree.lines.size() ? tree.lines[line] : static_cast<Offset>(tree.source.size());
    at = next - 1;
  }
  if (tree.file) lines.package = tree.PositionOf(tree.begin(tree.file)).line;
  return lines;
}

}  // namespace

std::vector<Directive> ReadDirectives(const Tree& tree) {
  std::vector<Directive> out;
  std::vector<uint32_t> nodes, declarations;
  Lines lines;
  const auto end_of_file = static_cast<uint32_t>(tree.lines.size());
  for (const Comment& comment : tree.comments) {
    bool whole_file = false;
    auto directive = ReadComment(tree.source.substr(comment.begin, comment.end - comment.begin), whole_file);
    if (!directive) continue;
    if (nodes.empty()) {  // only files that have directives pay for this
      nodes = LastLines(tree, false);
      declarations = LastLines(tree, true);
      lines = ReadLines(tree);
    }
    const uint32_t line = tree.PositionOf(comment.begin).line;
    directive->said.line = line;
    directive->first_line = line;
    directive->last_line = std::max(line, declarations[line]);
    if (lines.blank[line]) {  // on a line of its own
      uint32_t next = line + 1;
      while (next <= end_of_file && lines.blank[next]) ++next;
      directive->last_line = next <= end_of_file ? std::max(next, nodes[next]) : line;
      if (next == lines.package) directive->last_line = end_of_file;
    }
    if (whole_file) {
      directive->first_line = 1;
      directive->last_line = end_of_file;
    }
    out.push_back(std::move(*directive));
  }
  return out;
}

bool Names(const Directive& directive, const model::ScanRule& rule) {
  if (directive.names.empty()) return true;
  return std::ranges::any_of(directive.names, [&](const std::string& name) {
    const auto is = [&](std::string_view other) { return EqualsIgnoreCase(name, other); };
    if (is("seep") || is("all") || is(rule.id) || is(rule.name)) return true;
    if (std::ranges::any_of(rule.aliases, is)) return true;
    // GoLand's inspection is about whatever has to be closed.
    return is("GoResourceLeak") && std::ranges::find(rule.tags, "CWE-772") != rule.tags.end();
  });
}

}  // namespace seep::goscan

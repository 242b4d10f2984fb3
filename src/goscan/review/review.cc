#include "goscan/review/review.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>
#include <unordered_map>

#include "base/hash.h"
#include "base/text.h"
#include "goscan/review/directives.h"

namespace seep::goscan {
namespace {

using model::ScanFinding;
using model::ScanMark;
using model::ScanReview;
using model::ScanRule;
using model::ScanState;
using model::SourceSpot;

std::string_view LineOf(const Tree& tree, uint32_t line) {
  if (line == 0 || line > tree.lines.size()) return {};
  const size_t begin = tree.lines[line - 1];
  const size_t end = line < tree.lines.size() ? tree.lines[line] : tree.source.size();
  return tree.source.substr(begin, end - begin);
}

// A column that counts bytes as one that counts characters.
uint32_t Characters(const Tree& tree, uint32_t line, uint32_t column) {
  if (column == 0) return 0;
  const std::string_view before = LineOf(tree, line).substr(0, column - 1);
  return 1 + static_cast<uint32_t>(std::ranges::count_if(before, [](char c) { return (c & 0xc0) != 0x80; }));
}

SourceSpot InCharacters(const Tree* tree, SourceSpot spot) {
  if (tree == nullptr) return spot;
  spot.column = Characters(*tree, spot.line, spot.column);
  spot.end_column = Characters(*tree, spot.end_line, spot.end_column);
  return spot;
}

SourceSpot SpotOf(const Tree* tree, const model::SourceEdit& edit) {
  SourceSpot spot{.file = edit.file};
  if (tree == nullptr || edit.end > tree->source.size()) return spot;
  const Position begin = tree->PositionOf(edit.begin), end = tree->PositionOf(edit.end);
  spot.line = begin.line;
  spot.column = begin.column;
  spot.end_line = end.line;
  spot.end_column = end.column;
  return InCharacters(tree, spot);
}

// Space is layout: gofmt or a deeper nesting changes nothing.
std::string Squeezed(std::string_view line) {
  std::string out;
  for (const char c : line)
    if (c != ' ' && c != '\t' && c != '\r' && c != '\n') out += c;
  return out;
}

// Of rule, file, function and the code of the line; equal ones are numbered from the top.
void AddFingerprints(ScanReview& review) {
  std::unordered_map<uint64_t, int> seen;
  for (size_t i = 0; i < review.marks.size(); ++i) {
    const ScanFinding& f = review.report.findings[i];
    const std::string key =
        fmt::format("{}\n{}\n{}\n{}", f.rule, f.where.file, f.function, Squeezed(review.marks[i].code));
    const uint64_t hash = HashBytes(key).low;
    review.marks[i].fingerprint = fmt::format("{:016x}:{}", hash, ++seen[hash]);
  }
}

struct Known {
  const Tree* tree = nullptr;
  std::vector<Directive> directives;
  std::vector<bool> used;
};

void Suppress(const ScanFinding& finding, const ScanRule& rule, Known& file, ScanMark& mark) {
  for (size_t i = 0; i < file.directives.size(); ++i) {
    const Directive& directive = file.directives[i];
    if (finding.where.line < directive.first_line || finding.where.line > directive.last_line) continue;
    if (!Names(directive, rule)) continue;
    file.used[i] = true;
    if (mark.suppression) continue;
    mark.suppression = directive.said;
    mark.suppression->file = finding.where.file;
  }
}

const ScanRule* Find(const std::vector<ScanRule>& rules, const std::string& id) {
  const auto it = std::ranges::find(rules, id, &ScanRule::id);
  return it == rules.end() ? nullptr : &*it;
}

bool Is(const ScanRule& rule, std::string_view name) {
  const auto same = [&](const std::string& other) { return EqualsIgnoreCase(name, other); };
  return same(rule.id) || same(rule.name) || std::ranges::any_of(rule.aliases, same);
}

bool IsFingerprint(std::string_view word) {
  return word.size() > 17 && word[16] == ':' &&
         word.substr(0, 16).find_first_not_of("0123456789abcdef") == word.npos &&
         word.substr(17).find_first_not_of("0123456789") == word.npos;
}

// "@@ -12,0 +13,2 @@ func": the lines of the new file.
std::optional<std::pair<uint32_t, uint32_t>> ReadHunk(std::string_view line) {
  const size_t plus = line.find('+');
  if (plus == line.npos) return std::nullopt;
  const std::string_view range = line.substr(plus + 1, line.find(' ', plus) - plus - 1);
  const size_t comma = range.find(',');
  const auto number = [](std::string_view text, uint32_t& value) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size();
  };
  uint32_t first = 0, count = 1;
  if (!number(range.substr(0, comma), first)) return std::nullopt;
  if (comma != range.npos && !number(range.substr(comma + 1), count)) return std::nullopt;
  // Where lines were only taken away, the lines around the gap changed their meaning.
  if (count == 0) return std::pair{first, first + 1};
  return std::pair{first, first + (count - 1)};
}

bool Touches(const ChangedLines& changed, const SourceSpot& spot) {
  const auto it = changed.find(spot.file);
  if (it == changed.end()) return false;
  return std::ranges::any_of(it->second, [&](const auto& range) {
    return spot.line <= range.second && std::max(spot.line, spot.end_line) >= range.first;
  });
}

}  // namespace

ScanReview Review(model::ScanReport report, const std::vector<ScanRule>& rules,
                  std::span<const ReviewFile> files) {
  ScanReview review{.report = std::move(report), .marks = {}, .unused = {}};
  std::unordered_map<std::string_view, Known> known;
  for (const ReviewFile& file : files) {
    Known& one = known[file.path];
    one.tree = file.tree;
    one.directives = ReadDirectives(*file.tree);
    one.used.assign(one.directives.size(), false);
  }
  const auto tree_of = [&](const std::string& path) -> const Tree* {
    const auto it = known.find(path);
    return it == known.end() ? nullptr : it->second.tree;
  };
  for (ScanFinding& finding : review.report.findings) {
    // The cases of a switch are decided one by one, at one place.
    const auto again = std::ranges::unique(finding.path);
    finding.path.erase(again.begin(), again.end());
    ScanMark& mark = review.marks.emplace_back();
    const Tree* tree = tree_of(finding.where.file);
    if (tree != nullptr) mark.code = Trim(LineOf(*tree, finding.where.line));
    mark.where = InCharacters(tree, finding.where);
    for (const SourceSpot& spot : finding.path) mark.path.push_back(InCharacters(tree_of(spot.file), spot));
    for (const model::SourceEdit& edit : finding.edits)
      mark.edits.push_back(SpotOf(tree_of(edit.file), edit));
    const ScanRule* rule = Find(rules, finding.rule);
    const ScanRule nameless{.id = finding.rule};
    if (const auto it = known.find(finding.where.file); it != known.end())
      Suppress(finding, rule != nullptr ? *rule : nameless, it->second, mark);
  }
  AddFingerprints(review);
  for (const ReviewFile& file : files) {
    const Known& one = known[file.path];
    for (size_t i = 0; i < one.directives.size(); ++i) {
      if (one.used[i] || one.directives[i].said.kind != "seep:ignore") continue;
      review.unused.push_back(one.directives[i].said);
      review.unused.back().file = file.path;
    }
  }
  std::ranges::sort(review.unused, {}, [](const auto& s) { return std::pair(s.file, s.line); });
  return review;
}

std::string WriteBaseline(const ScanReview& review) {
  std::vector<std::string> lines;
  for (size_t i = 0; i < review.marks.size(); ++i) {
    const ScanFinding& f = review.report.findings[i];
    const ScanState state = review.marks[i].state;
    if (state != ScanState::kShown && state != ScanState::kKnown) continue;
    lines.push_back(fmt::format("{} {} {} {}\n", review.marks[i].fingerprint, f.rule, Printable(f.where.file),
                                Printable(f.function)));
  }
  std::ranges::sort(lines, {}, [](const std::string& line) { return line.substr(line.find(' ')); });
  std::string text = "# seep baseline 1\n";
  for (const std::string& line : lines) text += line;
  return text;
}

Status ApplyBaseline(std::string_view text, const std::string& path, ScanReview& review) {
  std::set<std::string, std::less<>> known;
  size_t number = 0;
  for (std::string_view line : Split(text, '\n')) {
    ++number;
    line = Trim(line);
    if (line.empty() || line.starts_with('#')) continue;
    const std::string_view word = line.substr(0, line.find(' '));
    if (!IsFingerprint(word))
      return Fail(ErrorCode::kBadInput,
                  fmt::format("line {} is none of a baseline: expected a fingerprint, found \"{}\"", number,
                              Printable(word.substr(0, 40))),
                  path, "write it anew with --write-baseline");
    known.emplace(word);
  }
  for (ScanMark& mark : review.marks)
    if (known.contains(mark.fingerprint)) mark.known = true;
  return {};
}

Result<ChangedLines> ReadChangedLines(std::string_view diff) {
  ChangedLines changed;
  std::vector<std::pair<uint32_t, uint32_t>>* file = nullptr;
  bool header = false;  // between "diff --git" and the first hunk
  for (std::string_view line : Split(diff, '\n')) {
    if (line.starts_with("diff --git ")) {
      file = nullptr;
      header = true;
    } else if (header && line.starts_with("+++ ")) {
      std::string_view path = line.substr(4);
      if (const size_t tab = path.find('\t'); tab != path.npos) path = path.substr(0, tab);
      if (path.starts_with('"')) {  // git quotes names of odd bytes, which Go files of ours do not have
        return Fail(ErrorCode::kUnsupported, "a changed file has a name that git quotes", std::string(path),
                    "git config core.quotePath false");
      }
      if (path.starts_with("b/")) path.remove_prefix(2);
      if (path != "/dev/null") file = &changed[std::string(path)];
    } else if (line.starts_with("@@ ")) {
      header = false;
      const auto range = ReadHunk(line);
      if (!range)
        return Fail(
            ErrorCode::kBadInput,
            fmt::format("expected \"@@ -LINE +LINE @@\", found \"{}\"", Printable(line.substr(0, 60))),
            "git diff");
      if (file != nullptr) file->push_back(*range);
    }
  }
  return changed;
}

void KeepChanged(const ChangedLines& changed, ScanReview& review) {
  for (size_t i = 0; i < review.marks.size(); ++i) {
    const ScanFinding& f = review.report.findings[i];
    const bool touched =
        Touches(changed, f.where) ||
        std::ranges::any_of(f.path, [&](const SourceSpot& spot) { return Touches(changed, spot); });
    if (!touched) review.marks[i].known = true;
  }
}

Status CheckWanted(const Wanted& wanted, const std::vector<ScanRule>& rules) {
  for (const auto* list : {&wanted.only, &wanted.without}) {
    for (const std::string& name : *list) {
      if (std::ranges::any_of(rules, [&](const ScanRule& rule) { return Is(rule, name); })) continue;
      std::vector<std::string_view> names;
      for (const ScanRule& rule : rules) names.insert(names.end(), {rule.id, rule.name});
      const std::string_view near = DidYouMean(name, names);
      return Fail(ErrorCode::kUsage, fmt::format("there is no rule \"{}\"", Printable(name)), "",
                  near.empty() ? "seep scan --list-rules names them" : fmt::format("did you mean {}?", near));
    }
  }
  return {};
}

void Settle(const Wanted& wanted, const std::vector<ScanRule>& rules, ScanReview& review) {
  const auto named = [&](const std::vector<std::string>& names, const std::string& id) {
    const ScanRule* rule = Find(rules, id);
    return rule != nullptr &&
           std::ranges::any_of(names, [&](const std::string& name) { return Is(*rule, name); });
  };
  for (size_t i = 0; i < review.marks.size(); ++i) {
    const ScanFinding& finding = review.report.findings[i];
    ScanMark& mark = review.marks[i];
    const bool off =
        (!wanted.only.empty() && !named(wanted.only, finding.rule)) || named(wanted.without, finding.rule);
    // That such a leak is there, and nothing binds it to this line, overrules nobody.
    const bool shown_by_a_process =
        !mark.seen.empty() && mark.seen.front().confidence <= model::Confidence::kLikely;
    mark.state = off                                 ? ScanState::kOff
                 : shown_by_a_process                ? ScanState::kShown
                 : mark.suppression                  ? ScanState::kSuppressed
                 : finding.confidence > wanted.least ? ScanState::kWeak
                 : mark.known                        ? ScanState::kKnown
                                                     : ScanState::kShown;
  }
}

}  // namespace seep::goscan

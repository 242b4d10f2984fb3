#include "goscan/module/go_mod.h"

#include <algorithm>

#include "base/text.h"

namespace seep::goscan {
namespace {

// The words of a line: apart by blanks, or in quotes; without its comment.
std::vector<std::string> WordsOf(std::string_view line) {
  std::vector<std::string> words;
  while (!(line = Trim(line)).empty() && !line.starts_with("//")) {
    const bool quoted = line[0] == '"' || line[0] == '`';
    const size_t end = quoted ? line.find(line[0], 1) : line.find_first_of(" \t");
    if (end == std::string_view::npos) {
      words.emplace_back(quoted ? line.substr(1) : line);
      break;
    }
    words.emplace_back(quoted ? line.substr(1, end - 1) : line.substr(0, end));
    line.remove_prefix(end + (quoted ? 1 : 0));
  }
  // `require(` is written as well.
  if (!words.empty() && words[0].size() > 1 && words[0].ends_with('(')) {
    words[0].pop_back();
    words.insert(words.begin() + 1, "(");
  }
  return words;
}

// old [version] => new [version]
void AddReplacement(const std::vector<std::string>& words, std::vector<Replacement>& into) {
  const auto arrow = std::ranges::find(words, "=>");
  const auto before = arrow - words.begin();
  const auto after = words.end() - arrow - 1;
  if (arrow == words.end() || before < 1 || before > 2 || after < 1 || after > 2) return;
  into.push_back({{words[0], before == 2 ? words[1] : ""}, {arrow[1], after == 2 ? arrow[2] : ""}});
}

void AddLine(std::string_view directive, const std::vector<std::string>& words, GoMod& mod) {
  if (words.empty()) return;
  if (directive == "module") mod.path = words[0];
  if (directive == "go") mod.go_version = words[0];
  if (directive == "require" && words.size() >= 2) mod.requires_.push_back({words[0], words[1]});
  if (directive == "replace") AddReplacement(words, mod.replaces);
  if (directive == "godebug") mod.godebug.push_back(words[0]);
  if (directive == "use") mod.uses.push_back(words[0]);
}

}  // namespace

GoMod ParseGoMod(std::string_view text) {
  GoMod mod;
  std::string block;  // the directive whose parentheses are open
  for (const std::string_view line : Split(text, '\n')) {
    std::vector<std::string> words = WordsOf(line);
    if (words.empty()) continue;
    if (!block.empty()) {
      if (words[0] == ")")
        block.clear();
      else
        AddLine(block, words, mod);
      continue;
    }
    const std::string directive = words[0];
    words.erase(words.begin());
    if (!words.empty() && words[0] == "(")
      block = directive;
    else
      AddLine(directive, words, mod);
  }
  return mod;
}

}  // namespace seep::goscan

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "base/cursor.h"
#include "base/text.h"
#include "cli/pprof/commands.h"
#include "cli/pprof/shell.h"
#include "cli/pprof/words.h"
#include "pprof/go_text.h"
#include "profile/setting_fields.h"

namespace seep::cli {
namespace {

std::unexpected<Error> Wrong(std::string what) {
  return Fail(ErrorCode::kUsage, std::move(what));
}

void AddAlternative(std::string& pattern, std::string_view more) {
  if (!pattern.empty() && !more.empty()) pattern += '|';
  pattern += more;
}

// "top10" -> "top", "10".
bool SplitDigits(std::string& name, std::string& digits) {
  const size_t last = name.find_last_not_of("0123456789");
  if (last == std::string::npos || last + 1 == name.size()) return false;
  digits = name.substr(last + 1);
  name.resize(last + 1);
  return true;
}

// The settings a command's words change, for this one time.
Status ApplyWords(const std::vector<std::string>& words, size_t from, profile::Settings& settings,
                  bool is_tags) {
  std::string focus, ignore;
  for (size_t i = from; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (const auto number = profile::ParseInt(word); number && *number == static_cast<int32_t>(*number)) {
      settings.nodecount = *number;
    } else if (word[0] == '>') {
      std::string file = word.substr(1);
      if (file.empty()) {
        if (++i == words.size()) return Wrong("unexpected end of line after >");
        file = words[i];
      }
      settings.output = file;
    } else if (word == "-cum" || word == "--cum") {
      settings.sort = "cum";
    } else if (word[0] == '-') {
      AddAlternative(ignore, std::string_view(word).substr(1));
    } else {
      AddAlternative(focus, word);
    }
  }
  if (!focus.empty()) (is_tags ? settings.tagfocus : settings.focus) = focus;
  if (!ignore.empty()) (is_tags ? settings.tagignore : settings.ignore) = ignore;
  return {};
}

// A name that is a setting's or a choice's, though no value was given to it.
bool IsSettingWithHelp(std::string_view name) {
  return profile::FindSetting(name) != nullptr && name != "sort" && name != "granularity";
}

// Commands, and settings with what goes between them and their value.
std::vector<std::string> NamesWith(std::string_view prefix, std::string_view behind_settings) {
  std::vector<std::string> names = {"exit", "help", "options", "quit"};
  for (const PprofCommand& c : PprofCommands()) names.emplace_back(c.name);
  for (const profile::SettingField& f : profile::SettingFields()) {
    names.push_back(fmt::format("{}{}", f.name, behind_settings));
    for (std::string_view choice : f.choices) names.push_back(fmt::format("{}{}", choice, behind_settings));
  }
  std::erase_if(names, [&](const std::string& name) { return !name.starts_with(prefix); });
  std::ranges::sort(names);
  return names;
}

// A regular expression for a function: "net.\(\*conn\).Read". Dots stay as they are, for the reader's sake.
std::string PatternOf(std::string_view function) {
  std::string out;
  for (const char c : function) {
    if (std::string_view("()[]{}*+?|^$\\").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

}  // namespace

std::vector<std::string> Words(std::string_view line) {
  std::vector<std::string> out;
  for (Cursor in(line); !in.AtEnd();) {
    in.SkipSpaces();
    const std::string_view word = in.Word();
    if (!word.empty()) out.emplace_back(word);
    if (word.empty() && !in.AtEnd()) in.Take(1);
  }
  return out;
}

Result<pprof::Query> ParseShellCommand(std::string_view line, const profile::Settings& settings) {
  std::vector<std::string> words = Words(line);
  if (words.empty()) return Wrong("an empty command");
  const std::vector<PprofCommand> all = PprofCommands();
  const PprofCommand* command = FindCommand(all, words[0]);
  if (std::string digits; command == nullptr && SplitDigits(words[0], digits)) {
    words.insert(words.begin() + 1, digits);
    command = FindCommand(all, words[0]);
  }
  if (command == nullptr) {
    if (IsSettingWithHelp(words[0]))
      return Wrong(fmt::format("did you mean: {}={}", words[0], words.size() > 1 ? words[1] : "<val>"));
    return Wrong(fmt::format("unrecognized command: {}", pprof::Quoted(words[0])));
  }
  pprof::Query query{std::string(command->name), std::nullopt, settings};
  size_t next = 1;
  if (command->takes_symbol) {
    if (words.size() < 2) return Wrong(fmt::format("command {} requires an argument", words[0]));
    query.symbol = words[next++];
  }
  SEEP_TRY_VOID(ApplyWords(words, next, query.settings, command->name == "tags"));
  if (query.settings.nodecount == -1 && (command->name == "top" || command->name == "text"))
    query.settings.nodecount = 10;
  return query;
}

Completion CompleteShellLine(std::string_view before_cursor, const std::vector<std::string>& functions) {
  const size_t begin = before_cursor.find_last_of(" \t") + 1;  // 0 where there is none
  const std::string_view typed = before_cursor.substr(begin);
  const std::vector<std::string> words = Words(before_cursor.substr(0, begin));
  if (words.empty()) return {begin, NamesWith(typed, "=")};
  if (words.size() == 1 && words[0] == "help") return {begin, NamesWith(typed, "")};
  const std::vector<PprofCommand> all = PprofCommands();
  std::string name = words[0], digits;
  if (FindCommand(all, name) == nullptr) SplitDigits(name, digits);
  if (FindCommand(all, name) == nullptr || name == "tags" || typed.empty() || typed[0] == '>')
    return {begin, {}};
  const bool excluded = typed[0] == '-';
  Completion out{begin + (excluded ? 1 : 0), {}};
  const std::string_view part = before_cursor.substr(out.begin);
  if (part.empty()) return out;
  for (const std::string& function : functions) {
    std::string pattern = PatternOf(function);
    if (function.find(part) != std::string::npos || pattern.find(part) != std::string::npos)
      out.words.push_back(std::move(pattern));
  }
  std::ranges::sort(out.words);
  out.words.erase(std::ranges::unique(out.words).begin(), out.words.end());
  return out;
}

}  // namespace seep::cli

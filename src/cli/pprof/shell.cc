#include "cli/pprof/shell.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <map>

#include "base/cursor.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/pprof/commands.h"
#include "cli/pprof/deliver.h"
#include "cli/terminal.h"
#include "pprof/prepared.h"
#include "profile/merge.h"
#include "profile/setting_fields.h"

namespace seep::cli {
namespace {

constexpr std::string_view kComment = "//:";

std::unexpected<Error> Wrong(std::string what) {
  return Fail(ErrorCode::kUsage, std::move(what));
}

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

const PprofCommand* Find(const std::vector<PprofCommand>& all, std::string_view name) {
  const auto found = std::ranges::find(all, name, &PprofCommand::name);
  return found == all.end() ? nullptr : &*found;
}

void AddAlternative(std::string& pattern, std::string_view more) {
  if (!pattern.empty() && !more.empty()) pattern += '|';
  pattern += more;
}

// "top10" -> "top", "10".
bool SplitDigits(std::string& name, std::string& digits) {
  size_t end = name.size();
  while (end > 0 && name[end - 1] >= '0' && name[end - 1] <= '9') --end;
  if (end == name.size() || end == 0) return false;
  digits = name.substr(end);
  name.resize(end);
  return true;
}

class Shell {
 public:
  Shell(profile::Profile profile, profile::Settings settings, const Log& log)
      : profile_(std::move(profile)), settings_(std::move(settings)), log_(log) {
    settings_.compact_labels = true;
    shortcuts_[":"] = {"focus=", "ignore=", "hide=", "tagfocus=", "tagignore="};
    for (const profile::ValueType& v : profile_.sample_types) {
      const std::string type(profile_.text(v.type));
      shortcuts_[type] = {"sample_index=" + type};
      shortcuts_["total_" + type] = {"mean=0", "sample_index=" + type};
      shortcuts_["mean_" + type] = {"mean=1", "sample_index=" + type};
    }
  }

  int Run() {
    Greet();
    std::string line;
    while (true) {
      PrintOut("(pprof) ");
      line.clear();
      if (!std::getline(std::cin, line) && line.empty()) return kExitClean;
      const std::string trimmed(Trim(line));
      const auto shortcut = shortcuts_.find(trimmed);
      const std::vector<std::string> inputs =
          shortcut == shortcuts_.end() ? std::vector{trimmed} : shortcut->second;
      for (const std::string& input : inputs)
        if (!Handle(input)) return kExitClean;
    }
  }

 private:
  void Greet() {
    pprof::Query query{"comments", std::nullopt, settings_};
    const pprof::Surroundings surroundings = LocalSurroundings(log_);
    for (const pprof::Report* report : pprof::AllReports()) {
      if (report->name != query.report) continue;
      if (auto prepared = pprof::Prepare(profile_, *report, query, surroundings)) {
        std::string header;
        for (const std::string& label : pprof::ProfileLabels(*prepared)) header += label + "\n";
        log_.Warn(header.substr(0, header.size() - 1));
        if (prepared->total == 0 && profile_.sample_types.size() > 1) {
          log_.Warn("No samples were found with the default sample value type.");
          log_.Warn("Try \"sample_index\" command to analyze different sample values.");
        }
      }
    }
    log_.Warn("Entering interactive mode (type \"help\" for commands, \"o\" for options)");
  }

  // False to end.
  bool Handle(const std::string& input) {
    if (Assign(input)) return true;
    const std::vector<std::string> words = Words(input);
    if (words.empty()) return true;
    if (words[0] == "o" || words[0] == "options") {
      ShowOptions();
    } else if (words[0] == "exit" || words[0] == "quit" || words[0] == "q") {
      return false;
    } else if (words[0] == "help") {
      Help(words.size() > 1 ? words[1] : "");
    } else {
      auto command = ParseShellCommand(input, settings_);
      Status done = command ? DeliverReport(profile_, command->query, true, log_)
                            : Status(std::unexpected(command.error()));
      if (!done) log_.Warn(done.error().what);
    }
    return true;
  }

  // "name=value", or the name of a switch. True if it was one, right or wrong.
  bool Assign(const std::string& input) {
    const size_t equals = input.find('=');
    const std::string name(Trim(std::string_view(input).substr(0, equals)));
    const profile::SettingField* field = profile::FindSetting(name);
    if (field == nullptr) return false;
    std::string value;
    if (equals == std::string::npos) {
      const bool is_choice = field->name != name;
      if (!is_choice && !field->is_bool()) {
        log_.Warn(fmt::format("please specify a value, e.g. {}=<val>", name));
        return true;
      }
      // A bare choice is taken as pprof takes it: "" is no true value there.
    } else {
      std::string_view text = std::string_view(input).substr(equals + 1);
      if (const size_t comment = text.rfind(kComment); comment != text.npos) text = text.substr(0, comment);
      value = Trim(text);
    }
    if (name == "sample_index") {
      const auto index = pprof::SampleIndex(profile_, value);
      if (!index) {
        log_.Warn(index.error().what);
        return true;
      }
      value = profile_.text(profile_.sample_types[*index].type);
    }
    if (const Status set = profile::SetSetting(settings_, name, value); !set) log_.Warn(set.error().what);
    return true;
  }

  void ShowOptions() {
    std::vector<std::string> lines;
    std::vector<std::string_view> types;
    for (const profile::ValueType& v : profile_.sample_types) types.push_back(profile_.text(v.type));
    for (const profile::SettingField& field : profile::SettingFields()) {
      if (field.name == "source_path") continue;
      std::string value = field.Get(settings_), comment;
      if (!field.choices.empty()) {
        std::vector<std::string_view> choices = field.choices;
        std::ranges::sort(choices);
        comment = fmt::format("[{}]", fmt::join(choices, " | "));
      } else if (field.name == "sample_index") {
        if (value.empty() && !types.empty()) value = types.back();
        comment = fmt::format("[{}]", fmt::join(types, " | "));
      } else if (field.name == "nodecount" && value == "-1") {
        comment = "default";
      } else if (value.empty()) {
        value = "\"\"";
      }
      if (field.name == "granularity" && value.empty()) value = "(default)";
      if (!comment.empty()) comment = fmt::format("{} {}", kComment, comment);
      lines.push_back(fmt::format("  {:<25} = {:<20} {}", field.name, value, comment));
    }
    std::ranges::sort(lines);
    log_.Warn(fmt::format("{}", fmt::join(lines, "\n")));
  }

  void Help(const std::string& about) {
    const std::vector<PprofCommand> all = PprofCommands();
    if (about.empty()) {
      std::string text = "  Commands:\n";
      for (const PprofCommand& c : all) text += fmt::format("    {:<16} {}\n", c.name, c.title);
      text +=
          "    o/options        The settings and their values\n    q/quit/exit/^D   Leave\n\n  Settings:\n";
      for (const profile::SettingField& f : profile::SettingFields()) {
        text += fmt::format("    {:<16} {}\n", f.name, f.help);
        for (std::string_view choice : f.choices) text += fmt::format("      {}\n", choice);
      }
      text +=
          "\n  :   clears focus, ignore, hide, tagfocus, tagignore\n\n  help NAME says more of a command or "
          "setting.";
      log_.Warn(text);
    } else if (const PprofCommand* command = Find(all, about); command != nullptr) {
      std::string text = std::string(command->title) + "\n";
      if (!command->usage.empty()) {
        text += "  Usage:\n";
        for (std::string_view line : Split(command->usage, '\n')) text += fmt::format("    {}\n", line);
      }
      log_.Warn(text);
    } else if (const profile::SettingField* field = profile::FindSetting(about); field != nullptr) {
      log_.Warn(std::string(field->help) + "\n");
    } else {
      log_.Warn("Unknown command: " + about);
    }
  }

  const profile::Profile profile_;
  profile::Settings settings_;
  const Log& log_;
  std::map<std::string, std::vector<std::string>> shortcuts_;
};

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

}  // namespace

Result<ShellCommand> ParseShellCommand(std::string_view line, const profile::Settings& settings) {
  std::vector<std::string> words = Words(line);
  if (words.empty()) return Wrong("an empty command");
  const std::vector<PprofCommand> all = PprofCommands();
  const PprofCommand* command = Find(all, words[0]);
  if (std::string digits; command == nullptr && SplitDigits(words[0], digits)) {
    words.insert(words.begin() + 1, digits);
    command = Find(all, words[0]);
  }
  if (command == nullptr) {
    if (profile::FindSetting(words[0]) != nullptr)
      return Wrong(fmt::format("did you mean: {}={}", words[0], words.size() > 1 ? words[1] : "<val>"));
    return Wrong(fmt::format("unrecognized command: \"{}\"", words[0]));
  }
  ShellCommand out{{std::string(command->name), std::nullopt, settings}};
  size_t next = 1;
  if (command->takes_symbol) {
    if (words.size() < 2) return Wrong(fmt::format("command {} requires an argument", words[0]));
    out.query.symbol = words[next++];
  }
  SEEP_TRY_VOID(ApplyWords(words, next, out.query.settings, command->name == "tags"));
  if (out.query.settings.nodecount == -1 && (command->name == "top" || command->name == "text"))
    out.query.settings.nodecount = 10;
  return out;
}

std::string CompleteShellLine(std::string_view line, const std::vector<std::string>& functions) {
  std::vector<std::string> words = Words(line);
  const auto name_of = [](std::string_view prefix) {
    std::vector<std::string> fits;
    for (const PprofCommand& c : PprofCommands())
      if (c.name.starts_with(prefix)) fits.emplace_back(c.name);
    for (const profile::SettingField& f : profile::SettingFields()) {
      if (f.name.starts_with(prefix)) fits.emplace_back(f.name);
      for (std::string_view choice : f.choices)
        if (choice.starts_with(prefix)) fits.emplace_back(choice);
    }
    return fits.size() == 1 ? fits[0] : std::string();
  };
  if (words.empty()) return std::string(line);
  if (words.size() == 1 || (words.size() == 2 && words[0] == "help")) {
    const std::string name = name_of(words.back());
    if (name.empty()) return std::string(line);
    return words.size() == 1 ? name : words[0] + " " + name;
  }
  const std::vector<PprofCommand> all = PprofCommands();
  if (Find(all, words[0]) == nullptr || words[0] == "tags") return std::string(line);
  std::string& last = words.back();
  const std::string dash = last.starts_with('-') ? "-" : "";
  const std::string part = last.substr(dash.size());
  std::string found;
  for (const std::string& function : functions) {
    if (function.find(part) == std::string::npos) continue;
    if (!found.empty()) return std::string(line);
    found = function;
  }
  if (!found.empty()) last = dash + found;
  return fmt::format("{}", fmt::join(words, " "));
}

int RunShell(profile::Profile profile, profile::Settings settings, const Log& log) {
  profile::DropVoidLabels(profile);  // pprof's shell works on copies that went over the wire
  return Shell(std::move(profile), std::move(settings), log).Run();
}

}  // namespace seep::cli

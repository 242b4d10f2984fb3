#include "cli/pprof/shell.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text.h"
#include "cli/command.h"
#include "cli/pprof/words.h"
#include "pprof/prepared.h"
#include "profile/merge.h"
#include "profile/setting_fields.h"

namespace seep::cli {
namespace {

constexpr std::string_view kComment = "//:";

std::vector<std::string> FunctionNames(const profile::Profile& p) {
  std::vector<std::string> names;
  for (size_t i = 1; i < p.functions.size(); ++i)
    if (const std::string_view name = p.text(p.functions[i].name); !name.empty()) names.emplace_back(name);
  return names;
}

class Shell {
 public:
  Shell(profile::Profile profile, profile::Settings settings)
      : profile_(std::move(profile)),
        settings_(std::move(settings)),
        functions_(FunctionNames(profile_)),
        console_([this](std::string_view typed) { return CompleteShellLine(typed, functions_); }),
        session_{console_, true} {
    settings_.compact_labels = true;
    shortcuts_[":"] = {"focus=", "ignore=", "hide=", "tagfocus=", "tagignore="};
    for (const std::string& type : SampleTypes()) {
      shortcuts_[type] = {"sample_index=" + type};
      shortcuts_["total_" + type] = {"mean=0", "sample_index=" + type};
      shortcuts_["mean_" + type] = {"mean=1", "sample_index=" + type};
    }
  }

  int Run() {
    Greet();
    while (const auto line = console_.ReadLine("(pprof) ")) {
      const std::string trimmed(Trim(*line));
      const auto shortcut = shortcuts_.find(trimmed);
      const std::vector<std::string> inputs =
          shortcut == shortcuts_.end() ? std::vector{trimmed} : shortcut->second;
      for (const std::string& input : inputs)
        if (!Handle(input)) return kExitClean;
    }
    return kExitClean;
  }

 private:
  std::vector<std::string> SampleTypes() const {
    std::vector<std::string> types;
    for (const profile::ValueType& v : profile_.sample_types) types.emplace_back(profile_.text(v.type));
    return types;
  }

  // What the profile is about, whatever the filters leave of it.
  void Greet() {
    profile::Settings whole;
    whole.sample_index = settings_.sample_index;
    whole.mean = settings_.mean;
    whole.divide_by = settings_.divide_by;
    whole.granularity = "addresses";
    const pprof::Query query{"comments", std::nullopt, whole};
    const pprof::Surroundings surroundings = LocalSurroundings(console_);
    for (const pprof::Report* report : pprof::AllReports()) {
      if (report->name != query.report) continue;
      if (auto prepared = pprof::Prepare(profile_, *report, query, surroundings)) {
        console_.Say(fmt::format("{}", fmt::join(pprof::ProfileLabels(*prepared), "\n")));
        if (prepared->total == 0 && profile_.sample_types.size() > 1) {
          console_.Say("No samples were found with the default sample value type.");
          console_.Say("Try \"sample_index\" command to analyze different sample values.");
        }
      }
    }
    console_.Say("Entering interactive mode (type \"help\" for commands, \"o\" for options)");
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
      Help(fmt::format("{}", fmt::join(words.begin() + 1, words.end(), " ")));
    } else {
      const auto query = ParseShellCommand(input, settings_);
      const Status done =
          query ? DeliverReport(profile_, *query, session_) : Status(std::unexpected(query.error()));
      if (!done) console_.SayError(done.error().what);
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
    if (equals != std::string::npos) {
      std::string_view text = std::string_view(input).substr(equals + 1);
      if (const size_t comment = text.rfind(kComment); comment != text.npos) text = text.substr(0, comment);
      value = Trim(text);
    } else if (field->name == name && !field->is_bool()) {
      console_.SayError(fmt::format("please specify a value, e.g. {}=<val>", name));
      return true;
    }
    if (name == "sample_index") {
      const auto index = pprof::SampleIndex(profile_, value);
      if (!index) {
        console_.SayError(index.error().what);
        return true;
      }
      value = profile_.text(profile_.sample_types[*index].type);
    }
    if (const Status set = profile::SetSetting(settings_, name, value); !set)
      console_.SayError(set.error().what);
    return true;
  }

  void ShowOptions() {
    std::vector<std::string> lines;
    const std::vector<std::string> types = SampleTypes();
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
    console_.Say(fmt::format("{}", fmt::join(lines, "\n")));
  }

  void Help(const std::string& about) {
    const std::string text = about.empty() ? ShellHelp() : ShellHelpAbout(about, profile_);
    if (text.empty())
      console_.SayError("Unknown command: " + about);
    else
      console_.Say(text);
  }

  const profile::Profile profile_;
  profile::Settings settings_;
  const std::vector<std::string> functions_;
  Console console_;
  Session session_;
  std::map<std::string, std::vector<std::string>> shortcuts_;
};

}  // namespace

int RunShell(profile::Profile profile, profile::Settings settings) {
  profile::DropVoidLabels(profile);  // pprof's shell works on copies that went over the wire
  return Shell(std::move(profile), std::move(settings)).Run();
}

}  // namespace seep::cli

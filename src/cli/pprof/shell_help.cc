#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "cli/pprof/commands.h"
#include "cli/pprof/shell.h"
#include "profile/setting_fields.h"

namespace seep::cli {
namespace {

void AddLine(std::string& text, std::string_view name, std::string_view about) {
  text += fmt::format("    {:<20} {}\n", name, about);
}

}  // namespace

std::string ShellHelp() {
  std::string text = "  Commands:\n";
  for (const PprofCommand& c : PprofCommands()) AddLine(text, c.name, c.title);
  AddLine(text, "o, options", "The settings and their values");
  AddLine(text, "q, quit, exit, ^D", "Leave");
  text += "\n  Settings, changed by name=value:\n";
  std::vector<const profile::SettingField*> fields;
  for (const profile::SettingField& f : profile::SettingFields()) fields.push_back(&f);
  std::ranges::sort(fields, {}, &profile::SettingField::name);
  for (const profile::SettingField* f : fields) {
    AddLine(text, f->name, f->help);
    if (!f->choices.empty()) text += fmt::format("    {:<20} {}\n", "", fmt::join(f->choices, ", "));
  }
  return text +
         "\n  A command takes words behind it: a number is how many rows, a regular expression what to "
         "keep,\n"
         "  -regex what to leave out, -cum the order, > file where to write.\n"
         "  :   clears focus, ignore, hide, tagfocus and tagignore\n"
         "  help NAME says more of a command or setting.\n";
}

std::string ShellHelpAbout(std::string_view name, const profile::Profile& profile) {
  const std::vector<PprofCommand> all = PprofCommands();
  if (const PprofCommand* command = FindCommand(all, name); command != nullptr) {
    std::string text = fmt::format("{}\n", command->title);
    if (!command->usage.empty()) text += "  Usage:\n";
    for (std::string_view line : Split(command->usage, '\n'))
      if (!line.empty()) text += fmt::format("    {}\n", line);
    return text + "\n";
  }
  const profile::SettingField* field = profile::FindSetting(name);
  if (field == nullptr) return {};
  std::string text = fmt::format("{}\n", field->help);
  if (!field->choices.empty()) text += fmt::format("One of {}\n", fmt::join(field->choices, ", "));
  if (field->name == "sample_index") {
    std::vector<std::string_view> types;
    for (const profile::ValueType& v : profile.sample_types) types.push_back(profile.text(v.type));
    text += fmt::format("One of {}\n", fmt::join(types, ", "));
  }
  return text + "\n";
}

}  // namespace seep::cli

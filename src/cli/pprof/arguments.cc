#include "cli/pprof/arguments.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <variant>

#include "cli/pprof/commands.h"
#include "cli/pprof/go_flags.h"
#include "profile/setting_fields.h"

namespace seep::cli {
namespace {

using profile::SettingField;
using profile::Settings;

std::unexpected<Error> Usage(std::string what) {
  return Fail(ErrorCode::kUsage, std::move(what));
}

// Flags that become something else before they are of use, by name.
struct Raw {
  std::map<std::string_view, bool> choices;                 // "cum", "lines"
  std::map<std::string_view, bool> commands;                // "top"
  std::map<std::string_view, std::string> symbol_commands;  // "peek"
  std::map<std::string_view, bool> sample_flags;            // "inuse_space"
  std::string base, diff_base;
  std::string tools;  // where binutils are: taken and of no use, as in go tool pprof
};

// In the order in which pprof looks at them: the first one wins.
constexpr std::string_view kSampleFlags[] = {"total_delay",   "mean_delay",  "contentions",  "inuse_space",
                                             "inuse_objects", "alloc_space", "alloc_objects"};

// Formats of pprof that are no report here (docs/pprof.md): not to be taken for a slip of the pen.
constexpr std::string_view kLeftOut[] = {"disasm"};

void AddSettings(GoFlags& flags, Settings& settings, Raw& raw) {
  for (const SettingField& field : profile::SettingFields()) {
    if (!field.choices.empty())
      for (std::string_view choice : field.choices) flags.AddBool(choice, raw.choices[choice]);
    else if (const auto* b = std::get_if<bool Settings::*>(&field.member))
      flags.AddBool(field.name, settings.**b);
    else if (const auto* i = std::get_if<int64_t Settings::*>(&field.member))
      flags.AddInt(field.name, settings.**i);
    else if (const auto* d = std::get_if<double Settings::*>(&field.member))
      flags.AddFloat(field.name, settings.**d);
    else
      flags.AddText(field.name, settings.*std::get<std::string Settings::*>(field.member));
  }
}

GoFlags MakeFlags(const std::vector<PprofCommand>& commands, PprofArguments& out, Raw& raw) {
  GoFlags flags;
  AddSettings(flags, out.settings, raw);
  flags.AddText("base", raw.base);
  flags.AddText("diff_base", raw.diff_base);
  flags.AddText("symbolize", out.symbolize);
  flags.AddText("buildid", out.build_id);
  flags.AddText("add_comment", out.comment);
  flags.AddText("tools", raw.tools);
  flags.AddText("http", out.http);
  flags.AddText("tls_cert", out.tls_cert);
  flags.AddText("tls_key", out.tls_key);
  flags.AddText("tls_ca", out.tls_ca);
  flags.AddInt("timeout", out.timeout);
  flags.AddInt("seconds", out.seconds);
  flags.AddBool("no_browser", out.no_browser);
  flags.AddBool("json", out.json);
  for (std::string_view name : kSampleFlags) flags.AddBool(name, raw.sample_flags[name]);
  for (const PprofCommand& command : commands) {
    if (command.takes_symbol)
      flags.AddText(command.name, raw.symbol_commands[command.name]);
    else
      flags.AddBool(command.name, raw.commands[command.name]);
  }
  return flags;
}

Status ApplyChoices(Settings& settings, const Raw& raw) {
  for (const SettingField& field : profile::SettingFields()) {
    std::vector<std::string_view> set;
    for (std::string_view choice : field.choices)
      if (raw.choices.at(choice)) set.push_back(choice);
    if (set.size() > 1) return Usage(fmt::format("conflicting options set: [{}]", fmt::join(set, " ")));
    if (set.size() == 1) SEEP_TRY_VOID(field.Set(settings, set.front()));
  }
  return {};
}

Status ChooseCommand(PprofArguments& out, const Raw& raw) {
  const auto choose = [&](std::string_view name) -> Status {
    if (out.command) return Usage("must set at most one output format");
    out.command = name;
    return {};
  };
  for (const auto& [name, set] : raw.commands)
    if (set) SEEP_TRY_VOID(choose(name));
  for (const auto& [name, symbol] : raw.symbol_commands) {
    if (symbol.empty()) continue;
    SEEP_TRY_VOID(choose(name));
    out.symbol = symbol;
  }
  return {};
}

void ApplySampleFlags(Settings& settings, const Raw& raw, const Log& log) {
  for (std::string_view name : kSampleFlags) {
    if (!raw.sample_flags.at(name)) continue;
    if (settings.sample_index.empty())
      settings.sample_index = name.ends_with("_delay") ? "delay" : name;
    else
      log.Warn(fmt::format("Multiple value selections, ignoring -{}", name));
  }
  if (raw.sample_flags.at("mean_delay")) settings.mean = true;
}

Status ChooseBases(PprofArguments& out, const Raw& raw) {
  if (!raw.base.empty() && !raw.diff_base.empty())
    return Usage("-base and -diff_base flags cannot both be specified");
  out.diff_base = !raw.diff_base.empty();
  const std::string& base = out.diff_base ? raw.diff_base : raw.base;
  if (!base.empty()) out.bases.push_back(base);
  if (out.settings.normalize && out.bases.empty()) return Usage("must have base profile to normalize by");
  return {};
}

std::unexpected<Error> NotParsed(const Error& error) {
  for (std::string_view format : kLeftOut)
    if (error.what == fmt::format("flag provided but not defined: -{}", format))
      return Usage(fmt::format("-{}: a format of go tool pprof that this seep does not have", format));
  return std::unexpected(error);
}

void AddUsage(std::string& text, std::string_view name, std::string_view about) {
  text += fmt::format("  -{:<21} {}\n", name, about);
}

}  // namespace

Result<PprofArguments> ParsePprofArguments(std::span<const char* const> args,
                                           bool (*is_object_file)(const std::string& path), const Log& log,
                                           ShowUsage& show_usage) {
  PprofArguments out;
  Raw raw;
  const std::vector<PprofCommand> commands = PprofCommands();
  const GoFlags flags = MakeFlags(commands, out, raw);
  show_usage = ShowUsage::kAfter;
  auto sources = flags.Parse(args, out.help);
  if (!sources) return NotParsed(sources.error());
  out.sources = std::move(*sources);
  if (out.help) return out;
  show_usage = ShowUsage::kBefore;
  if (out.sources.empty()) return Usage("no profile source specified");
  show_usage = ShowUsage::kNo;
  if (out.sources.size() > 1 && is_object_file(out.sources[0])) {
    out.executable = out.sources[0];
    out.sources.erase(out.sources.begin());
  }
  SEEP_TRY_VOID(ApplyChoices(out.settings, raw));
  SEEP_TRY_VOID(ChooseCommand(out, raw));
  if (out.json && !out.command) return Usage("-json wants a format beside it: -top -json");
  if (out.command && !out.http.empty())
    return Usage("-http is not compatible with an output format on the command line");
  if (out.no_browser && out.http.empty()) return Usage("-no_browser only makes sense with -http");
  ApplySampleFlags(out.settings, raw, log);
  SEEP_TRY_VOID(ChooseBases(out, raw));
  return out;
}

std::string PprofUsage() {
  std::string out =
      "usage: seep pprof [FORMAT] [OPTIONS] [BINARY] SOURCE...\n\n"
      "A SOURCE is a profile's file, or its URL, or - for standard input; several are merged. Flags come\n"
      "first. Without a FORMAT it is an interactive shell.\n\n"
      "Formats, one at most:\n";
  for (const PprofCommand& command : PprofCommands())
    AddUsage(out, command.takes_symbol ? fmt::format("{} REGEX", command.name) : std::string(command.name),
             command.title);
  out += "\nWith any text format:\n";
  AddUsage(out, "json", "The report as JSON, for scripts (schema seep.pprof/1)");
  out += "\nSources:\n";
  AddUsage(out, "base SOURCE", "Subtract this profile");
  AddUsage(out, "diff_base SOURCE", "The same, with percentages of the base");
  AddUsage(out, "seconds N", "How long a profile over time is to be taken");
  AddUsage(out, "timeout N", "How long to wait for a profile, in seconds");
  AddUsage(out, "add_comment TEXT", "Remember a comment in the profile");
  AddUsage(out, "buildid ID", "Build id of the main binary, where the profile has none");
  AddUsage(out, "symbolize MODE", "none, local, fastlocal, remote, force");
  AddUsage(out, "http HOST:PORT", "The web view, until Ctrl-C; -no_browser opens none");
  AddUsage(out, "tls_cert FILE", "Client certificate, with -tls_key; -tls_ca: whom to trust");
  out += "\nOptions:\n";
  for (const SettingField& field : profile::SettingFields()) {
    if (field.choices.empty())
      AddUsage(out, field.name, field.help);
    else
      AddUsage(out, fmt::format("{}", fmt::join(field.choices, ", -")), field.help);
  }
  out += "\nSample types:\n";
  AddUsage(out, "inuse_space",
           "and -inuse_objects, -alloc_space, -alloc_objects, -contentions, -total_delay, -mean_delay");
  return out +
         "\nEnvironment:\n"
         "  PPROF_TMPDIR           Where fetched profiles are saved; else ~/pprof\n"
         "  PPROF_BINARY_PATH      Where binaries are looked for; else ~/pprof/binaries\n"
         "  BROWSER                What -web and -http open\n";
}

}  // namespace seep::cli

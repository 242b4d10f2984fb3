#include "cli/pprof/arguments.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>

#include "cli/pprof/commands.h"
#include "parse/pprof_legacy/go_text.h"
#include "profile/setting_fields.h"

namespace seep::cli {
namespace {

struct Flag {
  bool is_bool = false;
  std::string_view kind;  // of a number: "parse error" is said of it
  std::function<Status(std::string_view value)> set;
};
using Flags = std::map<std::string, Flag, std::less<>>;

std::unexpected<Error> Usage(std::string what) {
  return Fail(ErrorCode::kUsage, std::move(what));
}

// Go's strconv.ParseBool, which flags use: stricter than the shell.
Result<bool> FlagBool(std::string_view text) {
  for (std::string_view yes : {"1", "t", "T", "true", "TRUE", "True"})
    if (text == yes) return true;
  for (std::string_view no : {"0", "f", "F", "false", "FALSE", "False"})
    if (text == no) return false;
  return Usage("parse error");
}

// A flag set for each way a value can be kept. The targets outlive the parsing.
void AddBool(Flags& flags, std::string name, bool& to) {
  flags[std::move(name)] = {true, "boolean value", [&to](std::string_view v) -> Status {
                              SEEP_TRY(to, FlagBool(v));
                              return {};
                            }};
}
// What Go's flag package makes of an error of strconv.
std::unexpected<Error> NotANumber(const Error& error) {
  const bool range = error.what.find("out of range") != std::string::npos;
  return Usage(range ? "value out of range" : "parse error");
}
void AddInt(Flags& flags, std::string name, int64_t& to) {
  flags[std::move(name)] = {false, "value", [&to](std::string_view v) -> Status {
                              const auto number = parse::pprof_legacy::ParseInt(v, 0);  // "0x10" as well
                              if (!number) return NotANumber(number.error());
                              to = *number;
                              return {};
                            }};
}
void AddFloat(Flags& flags, std::string name, double& to) {
  flags[std::move(name)] = {false, "value", [&to](std::string_view v) -> Status {
                              const auto number = profile::ParseFloat(v);
                              if (!number) return NotANumber(number.error());
                              to = *number;
                              return {};
                            }};
}
void AddText(Flags& flags, std::string name, std::string& to) {
  flags[std::move(name)] = {false, "value", [&to](std::string_view v) -> Status {
                              to = v;
                              return {};
                            }};
}

// What of the command line becomes something else before it is of use.
struct Raw {
  std::map<std::string, bool> choices;                 // "cum", "lines"
  std::map<std::string, bool> commands;                // "top"
  std::map<std::string, std::string> symbol_commands;  // "peek"
  std::map<std::string, bool> sample_flags;            // "inuse_space"
  std::vector<std::string> base, diff_base;
};

void AddSettings(Flags& flags, profile::Settings& settings, Raw& raw) {
  for (const profile::SettingField& field : profile::SettingFields()) {
    std::string name(field.name);
    if (!field.choices.empty()) {
      for (std::string_view choice : field.choices)
        AddBool(flags, std::string(choice), raw.choices[std::string(choice)]);
    } else if (const auto* b = std::get_if<bool profile::Settings::*>(&field.member)) {
      AddBool(flags, name, settings.**b);
    } else if (const auto* i = std::get_if<int64_t profile::Settings::*>(&field.member)) {
      AddInt(flags, name, settings.**i);
    } else if (const auto* d = std::get_if<double profile::Settings::*>(&field.member)) {
      AddFloat(flags, name, settings.**d);
    } else {
      AddText(flags, name, settings.*std::get<std::string profile::Settings::*>(field.member));
    }
  }
}

constexpr std::string_view kSampleFlags[] = {"total_delay",   "mean_delay",  "contentions",  "inuse_space",
                                             "inuse_objects", "alloc_space", "alloc_objects"};

Flags MakeFlags(PprofArguments& out, Raw& raw) {
  Flags flags;
  AddSettings(flags, out.settings, raw);
  const auto add_list = [&](std::string name, std::vector<std::string>& to) {
    flags[std::move(name)] = {false, "value", [&to](std::string_view v) -> Status {
                                to.clear();  // Go's flag package keeps the last
                                if (!v.empty()) to.emplace_back(v);
                                return {};
                              }};
  };
  add_list("base", raw.base);
  add_list("diff_base", raw.diff_base);
  AddText(flags, "symbolize", out.symbolize);
  AddText(flags, "buildid", out.build_id);
  AddText(flags, "add_comment", out.comment);
  AddText(flags, "tools", out.tools);
  AddText(flags, "http", out.http);
  AddText(flags, "tls_cert", out.tls_cert);
  AddText(flags, "tls_key", out.tls_key);
  AddText(flags, "tls_ca", out.tls_ca);
  AddInt(flags, "timeout", out.timeout);
  AddInt(flags, "seconds", out.seconds);
  AddBool(flags, "no_browser", out.no_browser);
  AddBool(flags, "json", out.json);
  AddBool(flags, "h", out.help);
  AddBool(flags, "help", out.help);
  for (std::string_view name : kSampleFlags)
    AddBool(flags, std::string(name), raw.sample_flags[std::string(name)]);
  for (const PprofCommand& command : PprofCommands()) {
    const std::string name(command.name);
    if (command.takes_symbol)
      AddText(flags, name, raw.symbol_commands[name]);
    else
      AddBool(flags, name, raw.commands[name]);
  }
  return flags;
}

// Formats of pprof that are no report here (docs/pprof.md): not to be taken for a slip of the pen.
bool IsLeftOut(std::string_view name) {
  constexpr std::string_view kLeftOut[] = {"disasm", "eog", "evince", "gv", "kcachegrind", "web"};
  return std::ranges::find(kLeftOut, name) != std::end(kLeftOut);
}

// Sets what flags say; returns the arguments behind them.
Result<std::vector<std::string>> ParseFlags(std::span<const char* const> args, const Flags& flags,
                                            const bool& help) {
  size_t i = 0;
  for (; i < args.size() && !help; ++i) {
    const std::string_view arg = args[i];
    if (arg.size() < 2 || arg[0] != '-') break;
    std::string_view name = arg.substr(arg[1] == '-' ? 2 : 1);
    if (arg == "--") {
      ++i;
      break;
    }
    if (name.empty() || name[0] == '-' || name[0] == '=')
      return Usage(fmt::format("bad flag syntax: {}", arg));
    const size_t equals = name.find('=');
    std::string_view value = equals == name.npos ? std::string_view() : name.substr(equals + 1);
    name = name.substr(0, equals);
    const auto flag = flags.find(name);
    if (flag == flags.end() && IsLeftOut(name))
      return Usage(fmt::format("-{}: a format of go tool pprof that this seep does not have", name));
    if (flag == flags.end()) return Usage(fmt::format("flag provided but not defined: -{}", name));
    if (equals == std::string_view::npos) {
      if (flag->second.is_bool)
        value = "true";
      else if (i + 1 == args.size())
        return Usage(fmt::format("flag needs an argument: -{}", name));
      else
        value = args[++i];
    }
    if (const Status set = flag->second.set(value); !set)
      return Usage(fmt::format("invalid {} \"{}\" for {}-{}: {}", flag->second.kind, value,
                               flag->second.is_bool ? "" : "flag ", name, set.error().what));
  }
  return std::vector<std::string>(args.begin() + static_cast<ptrdiff_t>(i), args.end());
}

Status ApplyChoices(profile::Settings& settings, const Raw& raw) {
  for (const profile::SettingField& field : profile::SettingFields()) {
    std::vector<std::string_view> set;
    for (std::string_view choice : field.choices)
      if (raw.choices.at(std::string(choice))) set.push_back(choice);
    if (set.size() > 1) return Usage(fmt::format("conflicting options set: [{}]", fmt::join(set, " ")));
    if (set.size() == 1) SEEP_TRY_VOID(field.Set(settings, set.front()));
  }
  return {};
}

void ApplySampleFlags(PprofArguments& out, const Raw& raw) {
  for (std::string_view name : kSampleFlags) {
    if (!raw.sample_flags.at(std::string(name))) continue;
    if (out.settings.sample_index.empty())
      out.settings.sample_index = name.ends_with("_delay") ? "delay" : name;
    else
      out.warnings.push_back(fmt::format("Multiple value selections, ignoring -{}", name));
  }
  if (raw.sample_flags.at("mean_delay")) out.settings.mean = true;
}

Status ChooseCommand(PprofArguments& out, const Raw& raw) {
  const auto choose = [&](const std::string& name) -> Status {
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

}  // namespace

Result<PprofArguments> ParsePprofArguments(std::span<const char* const> args, bool& show_usage) {
  PprofArguments out;
  Raw raw;
  const Flags flags = MakeFlags(out, raw);
  show_usage = true;
  SEEP_TRY(out.sources, ParseFlags(args, flags, out.help));
  if (out.help) return out;
  if (out.sources.empty()) return Usage(std::string(kNoSource));
  show_usage = false;
  SEEP_TRY_VOID(ApplyChoices(out.settings, raw));
  SEEP_TRY_VOID(ChooseCommand(out, raw));
  if (out.json && !out.command) return Usage("-json wants a format beside it: -top -json");
  if (out.command && !out.http.empty())
    return Usage("-http is not compatible with an output format on the command line");
  if (out.no_browser && out.http.empty()) return Usage("-no_browser only makes sense with -http");
  ApplySampleFlags(out, raw);
  if (!raw.base.empty() && !raw.diff_base.empty())
    return Usage("-base and -diff_base flags cannot both be specified");
  out.diff_base = !raw.diff_base.empty();
  out.bases = out.diff_base ? raw.diff_base : raw.base;
  if (out.settings.normalize && out.bases.empty()) return Usage("must have base profile to normalize by");
  return out;
}

std::string PprofUsage() {
  std::string out =
      "usage: seep pprof [FORMAT] [OPTIONS] [BINARY] SOURCE...\n\n"
      "A SOURCE is a profile's file or URL; several are merged. Without a FORMAT: an interactive shell.\n\n"
      "Formats, one at most:\n";
  const auto line = [&](std::string_view name, std::string_view text) {
    out += fmt::format("  -{:<21} {}\n", name, text);
  };
  for (const PprofCommand& command : PprofCommands())
    line(command.takes_symbol ? fmt::format("{} REGEX", command.name) : std::string(command.name),
         command.title);
  out += "\nWith any text format:\n";
  line("json", "The report as JSON, for scripts (schema seep.pprof/1)");
  out += "\nSources:\n";
  line("base SOURCE", "Subtract this profile; several are added up");
  line("diff_base SOURCE", "The same, with percentages of the base");
  line("seconds N", "How long a profile over time is to be taken");
  line("timeout N", "How long to wait for a profile, in seconds");
  line("add_comment TEXT", "Remember a comment in the profile");
  line("buildid ID", "Build id of the main binary, where the profile has none");
  line("symbolize MODE", "none, local, fastlocal, remote, force");
  line("http HOST:PORT", "The web view, until Ctrl-C; -no_browser opens none");
  line("tls_cert FILE", "Client certificate; with -tls_key, -tls_ca");
  out += "\nOptions:\n";
  for (const profile::SettingField& field : profile::SettingFields()) {
    if (field.choices.empty())
      line(field.name, field.help);
    else
      line(fmt::format("{}", fmt::join(field.choices, " | -")), field.help);
  }
  out += "\nSample types:\n";
  line("inuse_space",
       "and -inuse_objects, -alloc_space, -alloc_objects, -contentions, -total_delay, -mean_delay");
  return out;
}

}  // namespace seep::cli

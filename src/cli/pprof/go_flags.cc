#include "cli/pprof/go_flags.h"

#include <fmt/format.h>

#include "parse/pprof_legacy/go_text.h"
#include "pprof/go_text.h"
#include "profile/setting_fields.h"

namespace seep::cli {
namespace {

std::unexpected<Error> Wrong(std::string what) {
  return Fail(ErrorCode::kUsage, std::move(what));
}
std::unexpected<Error> Syntax() {
  return Wrong("parse error");
}
std::unexpected<Error> Range() {
  return Wrong("value out of range");
}

// strconv.ParseBool: stricter than the shell's.
Result<bool> Bool(std::string_view text) {
  for (std::string_view yes : {"1", "t", "T", "true", "TRUE", "True"})
    if (text == yes) return true;
  for (std::string_view no : {"0", "f", "F", "false", "FALSE", "False"})
    if (text == no) return false;
  return Syntax();
}

// What package flag makes of an error of strconv.
std::unexpected<Error> NotANumber(const Error& error) {
  return error.what.ends_with("out of range") ? Range() : Syntax();
}

Result<int64_t> Int(std::string_view text) {
  const auto value = parse::pprof_legacy::ParseInt(text, 0);  // "0x10" as well
  if (!value) return NotANumber(value.error());
  return *value;
}

Result<double> Float(std::string_view text) {
  const auto value = profile::ParseFloat(text);
  if (!value) return NotANumber(value.error());
  return *value;
}

template <class T, class Parse>
std::function<Status(std::string_view)> Setter(T& to, Parse parse) {
  return [&to, parse](std::string_view text) -> Status {
    SEEP_TRY(to, parse(text));
    return {};
  };
}

}  // namespace

void GoFlags::AddBool(std::string_view name, bool& to) {
  flags_[std::string(name)] = {true, Setter(to, Bool)};
}
void GoFlags::AddInt(std::string_view name, int64_t& to) {
  flags_[std::string(name)] = {false, Setter(to, Int)};
}
void GoFlags::AddFloat(std::string_view name, double& to) {
  flags_[std::string(name)] = {false, Setter(to, Float)};
}
void GoFlags::AddText(std::string_view name, std::string& to) {
  flags_[std::string(name)] = {false, [&to](std::string_view text) -> Status {
                                 to = text;
                                 return {};
                               }};
}

// Of args[next], which begins with '-'; `next` comes back behind it and its value.
Status GoFlags::ParseOne(std::span<const char* const> args, size_t& next, bool& help) const {
  const std::string_view arg = args[next++];
  std::string_view name = arg.substr(arg[1] == '-' ? 2 : 1);
  if (name.empty() || name[0] == '-' || name[0] == '=') return Wrong(fmt::format("bad flag syntax: {}", arg));
  const size_t equals = name.find('=', 1);
  std::string_view value = equals == name.npos ? "" : name.substr(equals + 1);
  name = name.substr(0, equals);
  const auto found = flags_.find(name);
  if (found == flags_.end()) {
    help = name == "h" || name == "help";
    if (help) return {};
    return Wrong(fmt::format("flag provided but not defined: -{}", name));
  }
  const Flag& flag = found->second;
  if (equals == name.npos && !flag.is_bool) {
    if (next == args.size()) return Wrong(fmt::format("flag needs an argument: -{}", name));
    value = args[next++];
  }
  if (equals == name.npos && flag.is_bool) value = "true";
  if (const Status set = flag.set(value); !set)
    return Wrong(fmt::format("invalid {} {} for {}-{}: {}", flag.is_bool ? "boolean value" : "value",
                             pprof::Quoted(value), flag.is_bool ? "" : "flag ", name, set.error().what));
  return {};
}

Result<std::vector<std::string>> GoFlags::Parse(std::span<const char* const> args, bool& help) const {
  size_t next = 0;
  help = false;
  while (next < args.size() && !help) {
    const std::string_view arg = args[next];
    if (arg.size() < 2 || arg[0] != '-') break;
    if (arg == "--") {
      ++next;
      break;
    }
    SEEP_TRY_VOID(ParseOne(args, next, help));
  }
  return std::vector<std::string>(args.begin() + static_cast<ptrdiff_t>(next), args.end());
}

}  // namespace seep::cli

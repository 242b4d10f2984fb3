// The settings by name, as flags, shell variables and URL parameters know them.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "profile/settings.h"

namespace seep::profile {

struct SettingField {
  std::string_view name;
  std::string_view url;                   // parameter of the web page; empty: none
  std::string_view help;                  // one line
  std::vector<std::string_view> choices;  // of a text that takes one of a few: each is a flag of its own
  std::variant<bool Settings::*, int64_t Settings::*, double Settings::*, std::string Settings::*> member;

  bool is_bool() const { return std::holds_alternative<bool Settings::*>(member); }
  std::string Get(const Settings& settings) const;               // as the shell shows it: "true", "0.005"
  Status Set(Settings& settings, std::string_view value) const;  // errors as pprof words them
};

const std::vector<SettingField>& SettingFields();

// The field `name` is, or is a choice of ("cum"); null where there is none.
const SettingField* FindSetting(std::string_view name);
// name=value, where the name may be a choice: "cum=true".
Status SetSetting(Settings& settings, std::string_view name, std::string_view value);

// strconv's numbers: what is left over, or out of range, is an error.
Result<int64_t> ParseInt(std::string_view text);
Result<double> ParseFloat(std::string_view text);
// "true" "t" "yes" "y" "1" "" and their opposites, whatever the case.
Result<bool> ParseBool(std::string_view text);
// A number as Go's %v prints it.
std::string FloatText(double value);

}  // namespace seep::profile

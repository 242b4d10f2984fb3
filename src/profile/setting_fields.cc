#include "profile/setting_fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/text.h"

namespace seep::profile {
namespace {

using S = Settings;

std::string Quoted(std::string_view text) {
  return fmt::format("\"{}\"", text);
}

}  // namespace

const std::vector<SettingField>& SettingFields() {
  static const std::vector<SettingField> fields{
      {"output", "", "File to write the report to", {}, &S::output},
      {"call_tree", "calltree", "Graphs: one node for every call path", {}, &S::call_tree},
      {"relative_percentages", "rel", "Percentages of what the filters leave", {}, &S::relative_percentages},
      {"unit", "unit", "Unit of the values: minimum, auto, MB, ms, ...", {}, &S::unit},
      {"compact_labels", "compact", "A short header", {}, &S::compact_labels},
      {"source_path", "", "Where to look for source files", {}, &S::source_path},
      {"trim_path", "", "Prefix to take off source paths", {}, &S::trim_path},
      {"intel_syntax", "intel", "Assembly in Intel syntax", {}, &S::intel_syntax},
      {"mean", "mean", "Values divided by the first sample type: the average", {}, &S::mean},
      {"sample_index", "si", "Sample type to report, by name or number", {}, &S::sample_index},
      {"divide_by", "", "Number to divide all values by", {}, &S::divide_by},
      {"normalize", "norm", "Scale the profile to its base", {}, &S::normalize},
      {"sort", "sort", "Order of the rows", {"cum", "flat"}, &S::sort},
      {"tagroot", "", "Label keys whose values become frames at the root", {}, &S::tagroot},
      {"tagleaf", "", "Label keys whose values become frames at the leaf", {}, &S::tagleaf},
      {"drop_negative", "dropneg", "Leave out what shrank", {}, &S::drop_negative},
      {"nodecount", "n", "Most nodes to show; 0 for all", {}, &S::nodecount},
      {"nodefraction", "nf", "Leave out nodes below this part of the total", {}, &S::nodefraction},
      {"edgefraction", "ef", "Leave out edges below this part of the total", {}, &S::edgefraction},
      {"trim", "trim", "false: leave out nothing", {}, &S::trim},
      {"focus", "f", "Only samples with a frame that matches", {}, &S::focus},
      {"ignore", "i", "No samples with a frame that matches", {}, &S::ignore},
      {"prune_from", "prunefrom", "Drop the frames a matching one called", {}, &S::prune_from},
      {"hide", "h", "Leave out matching frames", {}, &S::hide},
      {"show", "s", "Show only matching frames", {}, &S::show},
      {"show_from", "sf", "Drop the frames above the outermost match", {}, &S::show_from},
      {"tagfocus", "tf", "Only samples with a matching label, or a number in a range", {}, &S::tagfocus},
      {"tagignore", "ti", "No samples with a matching label, or a number in a range", {}, &S::tagignore},
      {"tagshow", "ts", "Only labels whose key matches", {}, &S::tagshow},
      {"taghide", "th", "No labels whose key matches", {}, &S::taghide},
      {"noinlines", "noinlines", "Count inlined calls to their caller", {}, &S::noinlines},
      {"showcolumns", "showcolumns", "Columns beside line numbers", {}, &S::showcolumns},
      {"granularity",
       "g",
       "What is one row",
       {"functions", "filefunctions", "files", "lines", "addresses"},
       &S::granularity},
  };
  return fields;
}

const SettingField* FindSetting(std::string_view name) {
  for (const SettingField& field : SettingFields())
    if (field.name == name || std::ranges::find(field.choices, name) != field.choices.end()) return &field;
  return nullptr;
}

std::string SettingField::Get(const Settings& settings) const {
  if (const auto* b = std::get_if<bool S::*>(&member)) return settings.**b ? "true" : "false";
  if (const auto* i = std::get_if<int64_t S::*>(&member)) return std::to_string(settings.**i);
  if (const auto* d = std::get_if<double S::*>(&member)) return FloatText(settings.**d);
  return settings.*std::get<std::string S::*>(member);
}

Status SettingField::Set(Settings& settings, std::string_view value) const {
  if (const auto* b = std::get_if<bool S::*>(&member)) {
    SEEP_TRY(settings.**b, ParseBool(value));
  } else if (const auto* i = std::get_if<int64_t S::*>(&member)) {
    SEEP_TRY(settings.**i, ParseInt(value));
  } else if (const auto* d = std::get_if<double S::*>(&member)) {
    SEEP_TRY(settings.**d, ParseFloat(value));
  } else {
    if (!choices.empty() && std::ranges::find(choices, value) == choices.end())
      return Fail(ErrorCode::kUsage, fmt::format("invalid {} value {}", Quoted(name), Quoted(value)));
    settings.*std::get<std::string S::*>(member) = value;
  }
  return {};
}

Status SetSetting(Settings& settings, std::string_view name, std::string_view value) {
  const SettingField* field = FindSetting(name);
  const auto unknown = [&] {
    return Fail(ErrorCode::kUsage, fmt::format("unknown config field {}", Quoted(name)));
  };
  if (field == nullptr) return unknown();
  if (field->name == name) return field->Set(settings, value);
  const auto yes = ParseBool(value);
  if (yes && *yes && !value.empty()) return field->Set(settings, name);
  return unknown();
}

Result<int64_t> ParseInt(std::string_view text) {
  int64_t value = 0;
  const std::string_view digits = text.starts_with('+') ? text.substr(1) : text;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error == std::errc::result_out_of_range)
    return Fail(ErrorCode::kUsage, fmt::format("strconv.Atoi: parsing {}: value out of range", Quoted(text)));
  if (error != std::errc() || end != digits.data() + digits.size())
    return Fail(ErrorCode::kUsage, fmt::format("strconv.Atoi: parsing {}: invalid syntax", Quoted(text)));
  return value;
}

Result<double> ParseFloat(std::string_view text) {
  double value = 0;
  std::string digits(text.starts_with('+') ? text.substr(1) : text);
  // Hexadecimal: "0x1p-2"; the exponent is not optional.
  const size_t sign = digits.starts_with('-') ? 1 : 0;
  const bool hex = digits.size() > sign + 2 && digits[sign] == '0' && (digits[sign + 1] | 0x20) == 'x';
  if (hex) digits.erase(sign, digits.find_first_of("pP") == std::string::npos ? digits.npos : 2);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value,
                                            hex ? std::chars_format::hex : std::chars_format::general);
  if (error == std::errc::result_out_of_range)
    return Fail(ErrorCode::kUsage,
                fmt::format("strconv.ParseFloat: parsing {}: value out of range", Quoted(text)));
  if (error != std::errc() || digits.ends_with(')') || end != digits.data() + digits.size())
    return Fail(ErrorCode::kUsage,
                fmt::format("strconv.ParseFloat: parsing {}: invalid syntax", Quoted(text)));
  return value;
}

Result<bool> ParseBool(std::string_view text) {
  for (std::string_view yes : {"true", "t", "yes", "y", "1", ""})
    if (EqualsIgnoreCase(text, yes)) return true;
  for (std::string_view no : {"false", "f", "no", "n", "0"})
    if (EqualsIgnoreCase(text, no)) return false;
  return Fail(ErrorCode::kUsage, fmt::format("illegal value {} for bool variable", Quoted(text)));
}

// strconv.FormatFloat(v, 'g', -1, 64): the shortest digits that give the value back; an exponent below -4 and
// from 21 on.
std::string FloatText(double value) {
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  if (std::isnan(value)) return "NaN";
  const double size = std::abs(value);
  char text[64];
  const bool plain = size == 0 || (size >= 1e-4 && size < 1e21);
  const auto end = plain ? std::to_chars(text, text + sizeof text, value, std::chars_format::fixed).ptr
                         : std::to_chars(text, text + sizeof text, value, std::chars_format::scientific).ptr;
  return {text, end};
}

}  // namespace seep::profile

#include "pprof/saved_configs.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <variant>

#include "profile/setting_fields.h"

namespace seep::pprof {
namespace {

using Json = nlohmann::json;
using profile::SettingField;
using profile::Settings;

bool IsKept(const SettingField& field) {
  constexpr std::string_view kOfOneRun[] = {"output", "source_path", "trim_path", "divide_by",
                                            "sample_index"};
  return std::ranges::find(kOfOneRun, field.name) == std::end(kOfOneRun);
}

// As encoding/json has it: what is not in the file is false, 0 or empty, not the default.
Status Read(const Json& from, const SettingField& field, Settings& to) {
  const auto found = from.find(std::string(field.name));
  const bool missing = found == from.end() || found->is_null();
  const auto wrong = [&](std::string_view kind) {
    return Fail(ErrorCode::kBadInput, fmt::format("could not parse settings: {} is no {}", field.name, kind));
  };
  if (const auto* b = std::get_if<bool Settings::*>(&field.member)) {
    if (!missing && !found->is_boolean()) return wrong("boolean");
    to.** b = !missing && found->get<bool>();
  } else if (const auto* i = std::get_if<int64_t Settings::*>(&field.member)) {
    if (!missing && !found->is_number_integer()) return wrong("whole number");
    to.** i = missing ? 0 : found->get<int64_t>();
  } else if (const auto* d = std::get_if<double Settings::*>(&field.member)) {
    if (!missing && !found->is_number()) return wrong("number");
    to.** d = missing ? 0 : found->get<double>();
  } else {
    if (!missing && !found->is_string()) return wrong("text");
    to.*std::get<std::string Settings::*>(field.member) = missing ? "" : found->get<std::string>();
  }
  return {};
}

// encoding/json escapes what HTML would take for its own.
std::string Quote(const std::string& text) {
  std::string out;
  for (const char c : Json(text).dump(-1, ' ', false, Json::error_handler_t::replace)) {
    if (c == '<' || c == '>' || c == '&')
      out += fmt::format("\\u{:04x}", static_cast<int>(c));
    else
      out += c;
  }
  return out;
}

// The value in JSON; empty where encoding/json leaves it out.
std::string Text(const Settings& settings, const SettingField& field) {
  if (const auto* b = std::get_if<bool Settings::*>(&field.member)) return settings.**b ? "true" : "";
  if (const auto* i = std::get_if<int64_t Settings::*>(&field.member))
    return settings.**i == 0 ? "" : std::to_string(settings.**i);
  if (const auto* d = std::get_if<double Settings::*>(&field.member))
    return settings.**d == 0 ? "" : profile::FloatText(settings.**d);
  const std::string& text = settings.*std::get<std::string Settings::*>(field.member);
  return text.empty() ? "" : Quote(text);
}

}  // namespace

Result<std::vector<SavedConfig>> ParseSavedConfigs(std::string_view json, const Settings& run) {
  const Json whole = Json::parse(json, nullptr, false);
  if (!whole.is_object()) return Fail(ErrorCode::kBadInput, "could not parse settings: no JSON object");
  std::vector<SavedConfig> configs;
  const auto list = whole.find("configs");
  if (list == whole.end() || list->is_null()) return configs;
  if (!list->is_array()) return Fail(ErrorCode::kBadInput, "could not parse settings: configs is no list");
  for (const Json& entry : *list) {
    if (!entry.is_object())
      return Fail(ErrorCode::kBadInput, "could not parse settings: a config is no JSON object");
    SavedConfig config{"", run};
    if (const auto name = entry.find("name"); name != entry.end() && name->is_string())
      config.name = name->get<std::string>();
    for (const SettingField& field : profile::SettingFields())
      if (IsKept(field)) SEEP_TRY_VOID(Read(entry, field, config.settings));
    configs.push_back(std::move(config));
  }
  return configs;
}

std::string EncodeSavedConfigs(const std::vector<SavedConfig>& configs) {
  if (configs.empty()) return "{\n  \"configs\": []\n}";
  std::string out = "{\n  \"configs\": [";
  for (const SavedConfig& config : configs) {
    out += fmt::format("{}\n    {{\n      \"name\": {}", &config == &configs.front() ? "" : ",",
                       Quote(config.name));
    for (const SettingField& field : profile::SettingFields())
      if (const std::string text = IsKept(field) ? Text(config.settings, field) : ""; !text.empty())
        out += fmt::format(",\n      \"{}\": {}", field.name, text);
    out += "\n    }";
  }
  return out + "\n  ]\n}";
}

void SaveConfig(std::vector<SavedConfig>& configs, SavedConfig config) {
  const auto found = std::ranges::find(configs, config.name, &SavedConfig::name);
  if (found == configs.end())
    configs.push_back(std::move(config));
  else
    *found = std::move(config);
}

Status RemoveConfig(std::vector<SavedConfig>& configs, std::string_view name) {
  const auto found = std::ranges::find(configs, name, &SavedConfig::name);
  if (found == configs.end()) return Fail(ErrorCode::kNotFound, fmt::format("config {} not found", name));
  configs.erase(found);
  return {};
}

}  // namespace seep::pprof

// The part of JSON Schema 2020-12 that the schemas under docs/ use. An unknown keyword is an error: a schema
// that says more than is checked would only look strict.
#pragma once

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <regex>
#include <string>
#include <vector>

namespace seep {

class SchemaChecker {
 public:
  explicit SchemaChecker(const nlohmann::json& root) : root_(root) {}

  void Check(const nlohmann::json& schema, const nlohmann::json& value, const std::string& at) {
    if (schema.is_boolean()) {
      if (!schema.get<bool>()) Error(at, "is not allowed here");
      return;
    }
    for (const auto& [keyword, rule] : schema.items()) Apply(keyword, rule, schema, value, at);
  }
  std::vector<std::string> errors;

 private:
  void Error(const std::string& at, const std::string& what) {
    errors.push_back((at.empty() ? "/" : at) + " " + what);
  }

  static bool IsType(const std::string& type, const nlohmann::json& v) {
    if (type == "object") return v.is_object();
    if (type == "array") return v.is_array();
    if (type == "string") return v.is_string();
    if (type == "integer") return v.is_number_integer();
    if (type == "number") return v.is_number();
    if (type == "boolean") return v.is_boolean();
    return type == "null" && v.is_null();
  }

  void Apply(const std::string& keyword, const nlohmann::json& rule, const nlohmann::json& schema,
             const nlohmann::json& v, const std::string& at) {
    static const std::vector<std::string> kNotes = {"$schema", "$id",         "$defs",
                                                    "title",   "description", "examples"};
    if (std::ranges::find(kNotes, keyword) != kNotes.end()) return;
    if (keyword == "$ref") {
      Check(root_.at(nlohmann::json::json_pointer(rule.get<std::string>().substr(1))), v, at);
    } else if (keyword == "type") {
      bool any = false;
      for (const auto& type : rule.is_array() ? rule : nlohmann::json::array({rule})) any |= IsType(type, v);
      if (!any) Error(at, fmt::format("is {}, expected {}", v.type_name(), rule.dump()));
    } else if (keyword == "const") {
      if (v != rule) Error(at, "is not " + rule.dump());
    } else if (keyword == "enum") {
      if (std::ranges::find(rule, v) == rule.end()) Error(at, "is none of " + rule.dump());
    } else if (v.is_object()) {
      Object(keyword, rule, schema, v, at);
    } else if (v.is_array()) {
      Array(keyword, rule, schema, v, at);
    } else {
      Scalar(keyword, rule, v, at);
    }
  }

  void Object(const std::string& keyword, const nlohmann::json& rule, const nlohmann::json& schema,
              const nlohmann::json& v, const std::string& at) {
    if (keyword == "required") {
      for (const auto& name : rule)
        if (!v.contains(name)) Error(at, "lacks " + name.dump());
    } else if (keyword == "properties") {
      for (const auto& [name, value] : v.items())
        if (rule.contains(name)) Check(rule[name], value, at + "/" + name);
    } else if (keyword == "additionalProperties") {
      for (const auto& [name, value] : v.items())
        if (!schema.contains("properties") || !schema["properties"].contains(name))
          Check(rule, value, at + "/" + name);
    } else {
      Unknown(keyword, at);
    }
  }

  void Array(const std::string& keyword, const nlohmann::json& rule, const nlohmann::json& schema,
             const nlohmann::json& v, const std::string& at) {
    const size_t prefix = schema.contains("prefixItems") ? schema["prefixItems"].size() : 0;
    if (keyword == "items") {
      for (size_t i = prefix; i < v.size(); ++i) Check(rule, v[i], fmt::format("{}/{}", at, i));
    } else if (keyword == "prefixItems") {
      for (size_t i = 0; i < std::min(prefix, v.size()); ++i)
        Check(rule[i], v[i], fmt::format("{}/{}", at, i));
    } else if (keyword == "minItems") {
      if (v.size() < rule.get<size_t>()) Error(at, "has too few items");
    } else if (keyword == "maxItems") {
      if (v.size() > rule.get<size_t>()) Error(at, "has too many items");
    } else {
      Unknown(keyword, at);
    }
  }

  void Scalar(const std::string& keyword, const nlohmann::json& rule, const nlohmann::json& v,
              const std::string& at) {
    if (keyword == "minimum") {
      if (v.is_number() && v.get<double>() < rule.get<double>()) Error(at, "is below " + rule.dump());
    } else if (keyword == "exclusiveMinimum") {
      if (v.is_number() && v.get<double>() <= rule.get<double>()) Error(at, "is not above " + rule.dump());
    } else if (keyword == "minLength") {
      if (v.is_string() && v.get<std::string>().size() < rule.get<size_t>()) Error(at, "is too short");
    } else if (keyword == "pattern") {
      if (v.is_string() && !std::regex_search(v.get<std::string>(), std::regex(rule.get<std::string>())))
        Error(at, "does not match " + rule.dump());
    } else {
      Unknown(keyword, at);
    }
  }

  // Keywords of another type of value are no business of this one.
  void Unknown(const std::string& keyword, const std::string& at) {
    static const std::vector<std::string> kKnown = {
        "required", "properties", "additionalProperties", "items",     "prefixItems", "minItems",
        "maxItems", "minimum",    "exclusiveMinimum",     "minLength", "pattern"};
    if (std::ranges::find(kKnown, keyword) == kKnown.end())
      Error(at, "is under the unknown keyword " + keyword);
  }

  const nlohmann::json& root_;
};

inline std::vector<std::string> SchemaErrors(const nlohmann::json& schema, const nlohmann::json& value) {
  SchemaChecker checker(schema);
  checker.Check(schema, value, "");
  return checker.errors;
}

}  // namespace seep

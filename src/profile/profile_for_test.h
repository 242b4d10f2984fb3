// Profiles written as a person would: stacks "root;...;leaf" with their values. For tests only.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.h"
#include "profile/profile.h"

namespace seep::profile {

inline LocationId LocationOf(Profile& p, std::string_view function) {
  const StringId name = p.strings.Intern(function);
  for (uint32_t id = 1; id < p.locations.size(); ++id)
    if (p.functions[p.LinesOf(LocationId{id})[0].function.value].name == name) return {id};
  p.functions.push_back({name, name, p.strings.Intern(std::string(function) + ".go"), 1});
  p.lines.push_back({{static_cast<uint32_t>(p.functions.size() - 1)}, 10, 0});
  p.locations.push_back({0, {}, static_cast<uint32_t>(p.lines.size() - 1), 1, false});
  return {static_cast<uint32_t>(p.locations.size() - 1)};
}

inline Profile MakeProfile(const std::vector<std::pair<std::string, std::vector<int64_t>>>& stacks,
                           const std::vector<std::pair<std::string, std::string>>& types = {
                               {"objects", "count"}, {"space", "bytes"}}) {
  Profile p;
  for (const auto& [type, unit] : types)
    p.sample_types.push_back({p.strings.Intern(type), p.strings.Intern(unit)});
  p.samples.columns = types.size();
  for (const auto& [stack, values] : stacks) {
    const std::vector<std::string_view> frames = Split(stack, ';');
    p.samples.first.push_back(static_cast<uint32_t>(p.samples.pool.size()));
    p.samples.depth.push_back(static_cast<uint32_t>(frames.size()));
    for (size_t i = frames.size(); i-- > 0;) p.samples.pool.push_back(LocationOf(p, frames[i]));
    p.samples.labels.push_back({});
    p.samples.values.insert(p.samples.values.end(), values.begin(), values.end());
  }
  return p;
}

// "root;...;leaf value value" a line.
inline std::string SamplesText(const Profile& p) {
  std::string out;
  for (size_t i = 0; i < p.samples.size(); ++i) {
    std::string stack;
    for (LocationId id : p.samples.stack(i))
      for (const Line& line : p.LinesOf(id))
        stack =
            std::string(p.text(p.functions[line.function.value].name)) + (stack.empty() ? "" : ";") + stack;
    out += stack;
    for (int64_t value : p.samples.value(i)) out += " " + std::to_string(value);
    out += "\n";
  }
  return out;
}

}  // namespace seep::profile

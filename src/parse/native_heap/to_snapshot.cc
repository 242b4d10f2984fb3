#include "parse/native_heap/to_snapshot.h"

#include <fmt/format.h>

#include <vector>

namespace seep::parse {
namespace {

// What stands for an address that nothing names: its file, or else the number.
std::string Unnamed(const profile::Profile& p, const profile::Location& location) {
  const std::string_view file = p.text(p.mappings[location.mapping.value].file);
  const std::string_view name = file.substr(file.rfind('/') + 1);
  return name.empty() ? fmt::format("0x{:x}", location.address) : fmt::format("[{}]", name);
}

}  // namespace

model::Profile ToModelProfile(const profile::Profile& p, model::StackTable& stacks) {
  model::Profile out;
  StringTable& strings = stacks.strings();
  for (const profile::ValueType& type : p.sample_types)
    out.types.push_back({strings.Intern(p.text(type.type)), strings.Intern(p.text(type.unit))});
  out.period_type = {strings.Intern(p.text(p.period_type.type)), strings.Intern(p.text(p.period_type.unit))};
  out.period = p.period;
  // The frames of each location once: stacks share them.
  std::vector<std::vector<model::FrameId>> frames(p.locations.size());
  for (size_t i = 1; i < p.locations.size(); ++i) {
    const profile::LocationId id{static_cast<uint32_t>(i)};
    for (const profile::Line& line : p.LinesOf(id)) {
      const profile::Function& function = p.functions[line.function.value];
      frames[i].push_back(stacks.AddFrame(p.text(function.name), p.text(function.file),
                                          static_cast<uint32_t>(line.line < 0 ? 0 : line.line)));
    }
    if (frames[i].empty()) frames[i].push_back(stacks.AddFrame(Unnamed(p, p.locations[i]), "", 0));
  }
  std::vector<model::FrameId> stack;
  for (size_t i = 0; i < p.samples.size(); ++i) {
    stack.clear();
    for (const profile::LocationId id : p.samples.stack(i))
      stack.insert(stack.end(), frames[id.value].begin(), frames[id.value].end());
    out.samples.push_back({stacks.AddStack(stack), {}});
    out.values.insert(out.values.end(), p.samples.value(i).begin(), p.samples.value(i).end());
  }
  if (p.mappings.size() > 1) out.main_binary = p.text(p.mappings[1].file);
  for (const StringId comment : p.comments) out.comments.emplace_back(p.text(comment));
  return out;
}

}  // namespace seep::parse

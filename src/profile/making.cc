#include "profile/making.h"

namespace seep::profile {

FunctionId FunctionIndex::Add(Profile& p, std::string_view name, std::string_view file, int64_t start_line) {
  const StringId name_id = p.strings.Intern(name), file_id = p.strings.Intern(file);
  const uint64_t key = uint64_t{name_id.value} << 32 | file_id.value;
  const auto [found, added] = known_.try_emplace(key, FunctionId{static_cast<uint32_t>(p.functions.size())});
  if (added) p.functions.push_back({name_id, name_id, file_id, start_line});
  return found->second;
}

LocationId AddLocation(Profile& p, uint64_t address, MappingId mapping, std::span<const Line> lines) {
  const LocationId id{static_cast<uint32_t>(p.locations.size())};
  p.locations.push_back({.address = address,
                         .mapping = mapping,
                         .first_line = static_cast<uint32_t>(p.lines.size()),
                         .line_count = static_cast<uint32_t>(lines.size())});
  p.lines.insert(p.lines.end(), lines.begin(), lines.end());
  return id;
}

}  // namespace seep::profile

#include "parse/pprof_legacy/builder.h"

#include "base/hash.h"
#include "base/result.h"

namespace seep::parse::pprof_legacy {

using profile::FunctionId;
using profile::LabelSetId;
using profile::LocationId;

void Builder::SetSampleTypes(std::initializer_list<TypeName> types) {
  profile.sample_types.clear();
  for (const TypeName& t : types)
    profile.sample_types.push_back({profile.strings.Intern(t.type), profile.strings.Intern(t.unit)});
  profile.samples.columns = types.size();
}

void Builder::SetPeriod(TypeName type, int64_t period) {
  profile.period_type = {profile.strings.Intern(type.type), profile.strings.Intern(type.unit)};
  profile.period = period;
}

LabelSetId Builder::BytesLabel(int64_t bytes) {
  const profile::Label label{profile.strings.Intern("bytes"), {}, bytes, {}};
  return profile.label_sets.Intern({&label, 1});
}

void Builder::AddSample(std::span<const uint64_t> addresses, std::span<const int64_t> values,
                        LabelSetId labels) {
  profile::Samples& s = profile.samples;
  s.first.push_back(static_cast<uint32_t>(s.pool.size()));
  s.depth.push_back(static_cast<uint32_t>(addresses.size()));
  for (uint64_t address : addresses) s.pool.push_back(Location(address));
  s.labels.push_back(labels);
  s.values.insert(s.values.end(), values.begin(), values.end());
}

size_t Builder::Slot(uint64_t address) const {
  const size_t mask = slots_.size() - 1;
  size_t i = Mix(kHashSeed, address).low & mask;
  while (slots_[i] != 0 && addresses_[slots_[i]] != address) i = (i + 1) & mask;
  return i;
}

LocationId Builder::Find(uint64_t address) const {
  return {slots_[Slot(address)]};
}

LocationId Builder::Location(uint64_t address) {
  size_t slot = Slot(address);
  if (slots_[slot] != 0) return {slots_[slot]};
  const auto id = static_cast<uint32_t>(profile.locations.size());
  profile.locations.push_back({.address = address});
  addresses_.push_back(address);
  slots_[slot] = id;
  if (addresses_.size() * 2 > slots_.size()) {
    slots_.assign(slots_.size() * 2, 0);
    for (uint32_t known = 1; known < addresses_.size(); ++known) slots_[Slot(addresses_[known])] = known;
  }
  return {id};
}

void RenumberLocations(profile::Profile& p) {
  std::vector<LocationId> renumbered(p.locations.size());
  std::vector<profile::Location> used(1);
  for (size_t i = 0; i < p.samples.size(); ++i) {
    for (LocationId& id : p.samples.stack(i)) {
      LocationId& now = renumbered[id.value];
      if (!now) {
        now = {static_cast<uint32_t>(used.size())};
        used.push_back(p.locations[id.value]);
      }
      id = now;
    }
  }
  p.locations = std::move(used);
}

void RenumberFunctions(profile::Profile& p) {
  std::vector<FunctionId> renumbered(p.functions.size());
  std::vector<profile::Function> used(1);
  for (uint32_t i = 1; i < p.locations.size(); ++i) {
    for (profile::Line& line : p.LinesOf(LocationId{i})) {
      FunctionId& now = renumbered[line.function.value];
      if (!now) {
        now = {static_cast<uint32_t>(used.size())};
        used.push_back(p.functions[line.function.value]);
      }
      line.function = now;
    }
  }
  p.functions = std::move(used);
}

void DropSecondFrame(profile::Samples& samples, size_t sample) {
  const std::span<LocationId> stack = samples.stack(sample);
  SEEP_CHECK(stack.size() > 1);
  stack[1] = stack[0];
  ++samples.first[sample];
  --samples.depth[sample];
}

}  // namespace seep::parse::pprof_legacy

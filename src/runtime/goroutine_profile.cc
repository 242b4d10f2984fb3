#include "runtime/goroutine_profile.h"

#include <algorithm>

namespace seep::runtime {

GoroutineProfile::GoroutineProfile(const GoProcess& process) : calls_(process), labels_(process) {
  profile_.samples.columns = 1;
  const StringId goroutine = profile_.strings.Intern("goroutine"), count = profile_.strings.Intern("count");
  profile_.sample_types = {{goroutine, count}};
  profile_.period_type = {goroutine, count};
  profile_.period = 1;
  profile::Mapping mapping;  // the program's text
  if (const model::MemoryRange* range = process.image->RangeOf(process.modules.front().text)) {
    mapping.start = range->begin;
    mapping.limit = range->end;
    mapping.offset = range->offset;
    mapping.file = profile_.strings.Intern(range->path);
  }
  mapping.has_functions = mapping.has_filenames = mapping.has_line_numbers = mapping.has_inline_frames = true;
  profile_.mappings.push_back(mapping);
}

void GoroutineProfile::Add(const SeenGoroutine& seen) {
  // One that runs has no stack to read; where it began is known.
  const Frame begun{seen.g.start, 0, true};
  const std::span<const Frame> frames = seen.frames.empty() ? std::span(&begun, 1) : seen.frames;
  const profile::LabelSetId labels = LabelsOf(seen.g.labels);
  Hash128 key = Mix(kHashSeed, labels.value);
  for (const Frame& frame : frames) key = Mix(key, frame.CallPc());
  const auto [found, added] = samples_.try_emplace(key, profile_.samples.size());
  if (!added) {
    ++profile_.samples.values[found->second];
    return;
  }
  calls_.Trim();
  profile::Samples& samples = profile_.samples;
  samples.first.push_back(static_cast<uint32_t>(samples.pool.size()));
  for (const Frame& frame : frames)
    if (const profile::LocationId location = LocationOf(frame.CallPc())) samples.pool.push_back(location);
  samples.depth.push_back(static_cast<uint32_t>(samples.pool.size()) - samples.first.back());
  samples.labels.push_back(labels);
  samples.values.push_back(1);
}

profile::LocationId GoroutineProfile::LocationOf(uint64_t call_pc) {
  const auto [found, added] = locations_.try_emplace(call_pc);
  if (!added) return found->second;
  profile::Location location;
  location.address = call_pc + 1;
  location.mapping = {1};
  location.first_line = static_cast<uint32_t>(profile_.lines.size());
  for (const Call& call : calls_.At(call_pc)) {
    // Wrappers and the bottom of every stack are in no profile.
    if (call.wrapper || call.function == "runtime.goexit") continue;
    profile_.lines.push_back({FunctionOf(call), call.line, 0});
    ++location.line_count;
  }
  if (location.line_count == 0) return found->second;
  found->second = profile::LocationId{static_cast<uint32_t>(profile_.locations.size())};
  profile_.locations.push_back(location);
  return found->second;
}

profile::FunctionId GoroutineProfile::FunctionOf(const Call& call) {
  const auto [found, added] = functions_.try_emplace({call.symbol, call.file});
  if (!added) return found->second;
  profile::Function function;
  function.name = function.system_name = profile_.strings.Intern(call.symbol);
  function.file = profile_.strings.Intern(call.file);
  function.start_line = call.first_line;
  found->second = profile::FunctionId{static_cast<uint32_t>(profile_.functions.size())};
  profile_.functions.push_back(function);
  return found->second;
}

profile::LabelSetId GoroutineProfile::LabelsOf(uint64_t address) {
  if (address == 0) return {};
  const auto [found, added] = label_sets_.try_emplace(address);
  if (!added) return found->second;
  std::vector<profile::Label> labels;
  for (const auto& [key, value] : labels_.At(address))
    labels.push_back({profile_.strings.Intern(key), profile_.strings.Intern(value), 0, {}});
  found->second = profile_.label_sets.Intern(labels);
  return found->second;
}

profile::Profile GoroutineProfile::Take() {
  return std::move(profile_);
}

}  // namespace seep::runtime

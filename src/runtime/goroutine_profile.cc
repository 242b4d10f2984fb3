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
  const auto [found, added] = samples_.try_emplace(StackKey(frames, labels.value), profile_.samples.size());
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
  std::vector<profile::Line> lines;
  for (const Call& call : calls_.At(call_pc)) {
    // Wrappers and the bottom of every stack are in no profile.
    if (call.wrapper || call.function == "runtime.goexit") continue;
    lines.push_back({functions_.Add(profile_, call.symbol, call.file, call.first_line), call.line, 0});
  }
  if (!lines.empty()) found->second = profile::AddLocation(profile_, call_pc + 1, {1}, lines);
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

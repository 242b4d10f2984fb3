// Any bytes: a dump that the dump reader knows becomes a profile of as many goroutines, whose every id exists
// and in which no sample stands twice.
#include <cstdint>
#include <cstdlib>
#include <set>
#include <vector>

#include "parse/goroutine_text/dump_profile.h"
#include "parse/goroutine_text/dump_text.h"

namespace {

using seep::profile::Profile;

void Check(bool holds) {
  if (!holds) std::abort();
}

void CheckIds(const Profile& p) {
  for (size_t i = 1; i < p.locations.size(); ++i) {
    const auto& location = p.locations[i];
    Check(location.mapping.value < p.mappings.size());
    Check(size_t{location.first_line} + location.line_count <= p.lines.size());
  }
  for (const auto& line : p.lines)
    Check(line.function.value != 0 && line.function.value < p.functions.size());
  for (const auto& function : p.functions)
    Check(function.name.value < p.strings.size() && function.file.value < p.strings.size());
  for (size_t i = 0; i < p.label_sets.size(); ++i)
    for (const auto& label : p.label_sets.labels({static_cast<uint32_t>(i)}))
      Check(label.key.value < p.strings.size() && label.text.value < p.strings.size());
  for (const auto comment : p.comments) Check(comment.value < p.strings.size());
}

int64_t CheckSamples(const Profile& p) {
  const auto& samples = p.samples;
  Check(samples.columns == 1 && samples.depth.size() == samples.size() &&
        samples.labels.size() == samples.size() && samples.values.size() == samples.size());
  int64_t sum = 0;
  std::set<std::pair<uint32_t, std::vector<uint32_t>>> seen;
  for (size_t i = 0; i < samples.size(); ++i) {
    Check(size_t{samples.first[i]} + samples.depth[i] <= samples.pool.size());
    Check(samples.labels[i].value < p.label_sets.size() && samples.value(i)[0] > 0);
    std::vector<uint32_t> stack;
    for (const auto location : samples.stack(i)) {
      Check(location.value != 0 && location.value < p.locations.size());
      stack.push_back(location.value);
    }
    Check(seen.emplace(samples.labels[i].value, std::move(stack)).second);
    sum += samples.value(i)[0];
  }
  return sum;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto profile = seep::parse::ReadDumpProfile(text);
  if (!profile) return 0;
  CheckIds(*profile);
  seep::model::StackTable stacks;
  seep::parse::Context context{.stacks = stacks, .limits = {.keep_arguments_below = 0}};
  const auto dumps = seep::parse::ReadDumps(text, context);
  Check(!dumps.dumps.empty());
  const auto& last = dumps.dumps.back().goroutines.goroutines;
  Check(CheckSamples(*profile) == static_cast<int64_t>(last.size()));
  return 0;
}

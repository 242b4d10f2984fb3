// All labels with the values of the samples that have them.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "pprof/json.h"
#include "pprof/prepared.h"
#include "pprof/report.h"
#include "pprof/tab_writer.h"
#include "pprof/writer.h"
#include "profile/measurement.h"

namespace seep::pprof {
namespace {

void Add(int64_t& sum, int64_t value) {
  sum = static_cast<int64_t>(static_cast<uint64_t>(sum) + static_cast<uint64_t>(value));
}

struct Values {
  int64_t total = 0;
  std::map<std::string, int64_t> by_text;
};

std::map<std::string_view, Values> Gather(const Prepared& prepared) {
  const profile::Profile& profile = prepared.profile;
  std::vector<int64_t> sums(profile.label_sets.size(), 0);
  std::vector<bool> used(sums.size(), false);
  for (size_t i = 0; i < profile.samples.size(); ++i) {
    const uint32_t set = profile.samples.labels[i].value;
    Add(sums[set], prepared.Value(i));
    used[set] = true;
  }
  std::map<std::string_view, Values> by_key;
  for (uint32_t set = 0; set < sums.size(); ++set) {
    if (!used[set]) continue;
    for (const profile::Label& label : profile.label_sets.labels({set})) {
      Values& values = by_key[profile.text(label.key)];
      const auto unit = prepared.label_units.find(label.key);
      const std::string text =
          label.text ? std::string(profile.text(label.text))
                     : profile::ScaledLabel(
                           label.number, unit == prepared.label_units.end() ? "" : profile.text(unit->second),
                           prepared.output_unit);
      Add(values.by_text[text], sums[set]);
      Add(values.total, sums[set]);
    }
  }
  return by_key;
}

using ByValue = std::vector<std::pair<std::string_view, int64_t>>;

ByValue Heaviest(const Values& values) {
  ByValue sorted(values.by_text.begin(), values.by_text.end());
  std::ranges::stable_sort(
      sorted, [](const auto& a, const auto& b) { return profile::Abs(a.second) > profile::Abs(b.second); });
  return sorted;
}

Status PrintJson(Prepared& prepared, Json& json) {
  json.Key("rows").Begin('[');
  for (const auto& [key, values] : Gather(prepared)) {
    json.BeginRow().Member("key", key).Member("total", values.total).Key("values").Begin('[');
    for (const auto& [name, value] : Heaviest(values))
      json.Begin('{').Member("name", name).Member("value", value).End('}');
    json.End(']').End('}');
  }
  json.End(']');
  return {};
}

Status Print(Prepared& prepared, Writer& out) {
  const int64_t total = prepared.total;
  std::string text;
  for (const auto& [key, values] : Gather(prepared)) {
    text += fmt::format("{}:\t Total {} of {}", key, prepared.Format(values.total), prepared.Format(total));
    text += total > 0 ? fmt::format(" ({})\n", profile::Percentage(values.total, total)) : "\n";
    for (const auto& [name, value] : Heaviest(values)) {
      text += " \t" + prepared.Format(value);
      if (total > 0) text += fmt::format(" ({})", profile::Percentage(value, total));
      text += ":\t ";
      text += name;
      text += '\n';
    }
    text += '\n';
  }
  out << AlignedRight(text);
  return {};
}

}  // namespace

extern const Report report_tags;
constinit const Report report_tags = {
    .name = "tags",
    .title = "All labels, with what their samples weigh",
    .usage = "tags [N] [FOCUS_REGEX]... [-IGNORE_REGEX]... [-cum] [>FILE]",
    .print = &Print,
    .json = &PrintJson,
};

}  // namespace seep::pprof

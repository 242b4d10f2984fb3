// Every sample with its stack.
#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "pprof/go_text.h"
#include "pprof/json_layout.h"
#include "pprof/layout.h"
#include "pprof/prepared.h"
#include "pprof/report.h"
#include "pprof/writer.h"
#include "profile/measurement.h"
#include "profile/node.h"

namespace seep::pprof {
namespace {

constexpr size_t kValueWidth = 10;

// The lines of each location, as every stack with it repeats them.
class LocationLines {
 public:
  explicit LocationLines(profile::Profile& profile) {
    const profile::NodeTable nodes(profile, {.trim_files = false});
    profile::NodeNames names;
    for (uint32_t node = 0; node < nodes.size(); ++node) names.Add(profile.strings, nodes.info(node));
    for (uint32_t id = 0; id < profile.locations.size(); ++id) {
      begins_.push_back(text_.size());
      const std::span<const uint32_t> lines = nodes.NodesOf({id});
      for (size_t i = 0; i < lines.size(); ++i) {
        text_.append(kValueWidth + 3, ' ');
        text_ += names[lines[i]];
        if (profile.locations[id].line_count != 0 && i + 1 != lines.size()) text_ += " (inline)";
        text_ += '\n';
      }
    }
    begins_.push_back(text_.size());
  }

  std::string_view of(profile::LocationId id) const {
    return std::string_view(text_).substr(begins_[id.value], begins_[id.value + 1] - begins_[id.value]);
  }

 private:
  std::string text_;
  std::vector<size_t> begins_;  // by location; one past the last as well
};

// "       key:  value value", a line a key, texts before numbers.
std::string LabelLines(const Prepared& prepared, profile::LabelSetId set) {
  const profile::Profile& profile = prepared.profile;
  std::map<std::string_view, std::string> texts, numbers;
  for (const profile::Label& label : profile.label_sets.labels(set)) {
    std::string& values = (label.text ? texts : numbers)[profile.text(label.key)];
    if (!values.empty()) values += ' ';
    const auto unit = prepared.label_units.find(label.key);
    values += label.text
                  ? std::string(profile.text(label.text))
                  : profile::AutoLabel(label.number,
                                       unit == prepared.label_units.end() ? "" : profile.text(unit->second));
  }
  std::string out;
  for (const auto* group : {&texts, &numbers}) {
    std::vector<std::string> lines;
    for (const auto& [key, values] : *group) {
      std::string& line = lines.emplace_back();
      PadLeft(line, key, kValueWidth);
      line += ":  " + values + "\n";
    }
    std::ranges::sort(lines);
    for (const std::string& line : lines) out += line;
  }
  return out;
}

// A location's frames as members of an array, "name", "name": written once, repeated in every stack.
class LocationFrames {
 public:
  explicit LocationFrames(profile::Profile& profile) {
    const profile::NodeTable nodes(profile, {.trim_files = false});
    profile::NodeNames names;
    for (uint32_t node = 0; node < nodes.size(); ++node) names.Add(profile.strings, nodes.info(node));
    for (uint32_t id = 0; id < profile.locations.size(); ++id) {
      begins_.push_back(text_.size());
      for (size_t i = 0; const uint32_t node : nodes.NodesOf({id})) {
        if (i++ != 0) text_ += ", ";
        AppendQuoted(text_, names[node]);
      }
    }
    begins_.push_back(text_.size());
  }

  std::string_view of(profile::LocationId id) const {
    return std::string_view(text_).substr(begins_[id.value], begins_[id.value + 1] - begins_[id.value]);
  }

 private:
  std::string text_;
  std::vector<size_t> begins_;  // by location; one past the last as well
};

Status PrintJson(Prepared& prepared, Json& json) {
  const profile::Profile& profile = prepared.profile;
  const LocationFrames frames(prepared.profile);
  json.Key("rows").Begin('[');
  for (size_t i = 0; i < profile.samples.size(); ++i) {
    const std::span<const profile::LocationId> stack = profile.samples.stack(i);
    if (stack.empty()) continue;
    json.BeginRow().Member("value", profile::Quotient(prepared.Value(i), prepared.Divisor(i)));
    WriteLabels(profile, profile.samples.labels[i], json);
    json.Key("stack").Begin('[');
    for (profile::LocationId id : stack) json.Verbatim(frames.of(id));
    json.End(']').End('}');
    SEEP_TRY_VOID(json.Spill());
  }
  json.End(']');
  return {};
}

Status Print(Prepared& prepared, Writer& out) {
  constexpr std::string_view kSeparator =
      "-----------+-------------------------------------------------------\n";
  PrintLines(out, ProfileLabels(prepared));
  profile::Profile& profile = prepared.profile;
  const LocationLines lines(profile);
  struct Cached {
    bool made = false;
    std::string lines;
  };
  std::vector<Cached> labels(profile.label_sets.size());
  std::string& text = out.text();
  for (size_t i = 0; i < profile.samples.size(); ++i) {
    const std::span<const profile::LocationId> stack = profile.samples.stack(i);
    if (stack.empty()) continue;
    text += kSeparator;
    Cached& cached = labels[profile.samples.labels[i].value];
    if (!cached.made) cached = {true, LabelLines(prepared, profile.samples.labels[i])};
    text += cached.lines;
    PadLeft(text, prepared.Format(profile::Quotient(prepared.Value(i), prepared.Divisor(i))), kValueWidth);
    text += lines.of(stack[0]).substr(kValueWidth);
    for (profile::LocationId id : stack.subspan(1)) text += lines.of(id);
    SEEP_TRY_VOID(out.Spill());
  }
  text += kSeparator;
  return {};
}

}  // namespace

extern const Report report_traces;
constinit const Report report_traces = {
    .name = "traces",
    .title = "Every stack with its value",
    .print = &Print,
    .json = &PrintJson,
};

}  // namespace seep::pprof

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

// What every stack with a location repeats, made once. `frame` appends one frame, the innermost first: its
// name, its place among the location's frames, whether it was inlined into the next.
class LocationTexts {
 public:
  template <typename Frame>
  LocationTexts(profile::Profile& profile, const Frame& frame) {
    const profile::NodeTable nodes(profile, {.trim_files = false});
    profile::NodeNames names;
    for (uint32_t node = 0; node < nodes.size(); ++node) names.Add(profile.strings, nodes.info(node));
    for (uint32_t id = 0; id < profile.locations.size(); ++id) {
      begins_.push_back(text_.size());
      const std::span<const uint32_t> frames = nodes.NodesOf({id});
      for (size_t i = 0; i < frames.size(); ++i) {
        const bool inlined = profile.locations[id].line_count != 0 && i + 1 != frames.size();
        frame(names[frames[i]], i, inlined, text_);
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

void AppendLine(std::string_view name, size_t, bool inlined, std::string& out) {
  out.append(kValueWidth + 3, ' ');
  out += name;
  if (inlined) out += " (inline)";
  out += '\n';
}
// A member of an array.
void AppendMember(std::string_view name, size_t place, bool, std::string& out) {
  if (place != 0) out += ", ";
  AppendQuoted(out, name);
}

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

Status PrintJson(Prepared& prepared, Json& json) {
  const profile::Profile& profile = prepared.profile;
  const LocationTexts frames(prepared.profile, &AppendMember);
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
  const LocationTexts lines(profile, &AppendLine);
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

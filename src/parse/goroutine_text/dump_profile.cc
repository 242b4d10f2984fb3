#include "parse/goroutine_text/dump_profile.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <vector>

#include "base/hash.h"
#include "base/text.h"
#include "parse/goroutine_text/dump_text.h"
#include "profile/making.h"

namespace seep::parse {
namespace {

using model::Goroutine;

// What makes goroutines one sample.
struct Key {
  model::StackId stack;
  profile::LabelSetId labels;
  bool operator==(const Key&) const = default;
};
struct KeyHash {
  size_t operator()(const Key& k) const {
    return MultiplyFold(uint64_t{k.stack.value} << 32 | k.labels.value, 0x9E3779B97F4A7C15ull);
  }
};

class Builder {
 public:
  explicit Builder(const model::StackTable& stacks) : stacks_(stacks) {
    const profile::ValueType count{p_.strings.Intern("goroutine"), p_.strings.Intern("count")};
    p_.sample_types = {count};
    p_.period_type = count;
    p_.period = 1;
    p_.samples.columns = 1;
    // Nothing about it is left to be looked up in a binary.
    p_.mappings.push_back(
        {.has_functions = true, .has_filenames = true, .has_line_numbers = true, .has_inline_frames = true});
  }

  void Add(const Goroutine& g) {
    const Key key{g.stack, LabelsOf(g)};
    const auto [it, is_new] = samples_.try_emplace(key, static_cast<uint32_t>(p_.samples.size()));
    if (!is_new) {
      ++p_.samples.values[it->second];
      return;
    }
    const auto frames = stacks_.frames(g.stack);
    p_.samples.first.push_back(static_cast<uint32_t>(p_.samples.pool.size()));
    p_.samples.depth.push_back(static_cast<uint32_t>(frames.size()));
    for (model::FrameId frame : frames) p_.samples.pool.push_back(LocationOf(frame));
    p_.samples.labels.push_back(key.labels);
    p_.samples.values.push_back(1);
  }

  profile::Profile Take(const DumpText& text) {
    const auto remark = [&](const std::string& comment) {
      p_.comments.push_back(p_.strings.Intern(comment));
    };
    const DumpBuilder::Dump& last = text.dumps.back();
    if (text.dumps.size() > 1) remark(fmt::format("The last of {} dumps in the text", text.dumps.size()));
    if (last.goroutines.truncated)
      remark(fmt::format("The text is cut off after {}",
                         Plural(last.goroutines.goroutines.size(), "goroutine")));
    if (last.at) p_.time_nanos = last.at->time_since_epoch().count();
    return std::move(p_);
  }

 private:
  profile::LocationId LocationOf(model::FrameId frame) {
    if (frame.value >= locations_.size()) locations_.resize(stacks_.frame_count());
    profile::LocationId& known = locations_[frame.value];
    if (known) return known;
    const profile::Line line{functions_.Add(p_, stacks_.function(frame), stacks_.file(frame)),
                             stacks_.line(frame), 0};
    return known = profile::AddLocation(p_, 0, {1}, {&line, 1});
  }

  profile::LabelSetId LabelsOf(const Goroutine& g) {
    labels_.clear();
    const auto say = [&](std::string_view key, std::string_view text) {
      if (!text.empty()) labels_.push_back({p_.strings.Intern(key), p_.strings.Intern(text), 0, {}});
    };
    if (g.creator) say("created_by", stacks_.function(g.creator));
    if (g.leaked) say("leaked", "true");
    if (g.locked) say("locked", "true");
    say("state", stacks_.text(g.state));
    if (g.labels) {
      for (std::string_view line : Split(stacks_.text(g.labels), '\n')) {
        const size_t equals = line.find('=');
        if (equals != line.npos) say(line.substr(0, equals), line.substr(equals + 1));
      }
    }
    if (g.minutes >= 0)
      labels_.push_back(
          {p_.strings.Intern("waited"), {}, int64_t{g.minutes} * 60, p_.strings.Intern("seconds")});
    SortLabels();
    return p_.label_sets.Intern(labels_);
  }

  // Texts before numbers and by key, which is how pprof writes them; values of one key stay in their order.
  // Not std::stable_sort, which clang refuses (parse/pprof/full.cc).
  void SortLabels() {
    std::vector<std::pair<profile::Label, size_t>> ordered;
    for (const profile::Label& l : labels_) ordered.emplace_back(l, ordered.size());
    std::ranges::sort(ordered, [&](const auto& a, const auto& b) {
      if (!a.first.text != !b.first.text) return !!a.first.text;
      const int keys = p_.text(a.first.key).compare(p_.text(b.first.key));
      return keys != 0 ? keys < 0 : a.second < b.second;
    });
    for (size_t i = 0; i < ordered.size(); ++i) labels_[i] = ordered[i].first;
  }

  const model::StackTable& stacks_;
  profile::Profile p_;
  std::vector<profile::LocationId> locations_;  // by frame
  profile::FunctionIndex functions_;
  std::unordered_map<Key, uint32_t, KeyHash> samples_;
  std::vector<profile::Label> labels_;
};

}  // namespace

Result<profile::Profile> ReadDumpProfile(std::string_view text) {
  if (text.find('\0') != text.npos || text.find("goroutine ") == text.npos)
    return Fail(ErrorCode::kNoEvidence, "unrecognized profile format");
  model::StackTable stacks;
  Context context{.stacks = stacks, .limits = {.keep_arguments_below = 0}};
  const DumpText dumps = ReadDumps(text, context);
  if (dumps.dumps.empty()) return Fail(ErrorCode::kNoEvidence, "unrecognized profile format");
  Builder builder(stacks);
  for (const Goroutine& g : dumps.dumps.back().goroutines.goroutines) builder.Add(g);
  return builder.Take(dumps);
}

}  // namespace seep::parse

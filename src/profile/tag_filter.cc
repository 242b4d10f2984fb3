#include "profile/tag_filter.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>
#include <utility>

#include "base/text.h"
#include "profile/measurement.h"

namespace seep::profile {
namespace {

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}
bool IsLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// A number with a unit inside a text: "+12kb".
struct Quantity {
  std::string_view text, number, unit;
};

std::optional<Quantity> FindQuantity(std::string_view text, size_t from) {
  for (size_t i = from; i < text.size(); ++i) {
    const bool is_signed = text[i] == '+' || text[i] == '-';
    size_t digits = i + (is_signed ? 1 : 0);
    const size_t first_digit = digits;
    while (digits < text.size() && IsDigit(text[digits])) ++digits;
    if (digits == first_digit) continue;
    size_t letters = digits;
    while (letters < text.size() && IsLetter(text[letters])) ++letters;
    return Quantity{text.substr(i, letters - i), text.substr(i, digits - i),
                    text.substr(digits, letters - digits)};
  }
  return std::nullopt;
}

Result<int64_t> Number(std::string_view text) {
  int64_t value = 0;
  const std::string_view digits = text.starts_with('+') ? text.substr(1) : text;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc())
    return Fail(ErrorCode::kUsage, "failed to parse int " + std::string(text) +
                                       ": strconv.ParseInt: parsing \"" + std::string(text) +
                                       "\": value out of range");
  return value;
}

Result<std::optional<TagRange>> ParseRange(std::string_view text) {
  const auto first = FindQuantity(text, 0);
  if (!first) return std::optional<TagRange>();
  SEEP_TRY(const int64_t number, Number(first->number));
  const Scaled low = Scale(number, first->unit, first->unit);
  const size_t behind = static_cast<size_t>(first->text.data() - text.data()) + first->text.size();
  const auto second = FindQuantity(text, behind);
  if (!second) {
    const std::string match(first->text);
    if (text == match) return TagRange{low.unit, low.value, low.value};
    if (text == match + ":") return TagRange{low.unit, low.value, std::nullopt};
    if (text == ":" + match) return TagRange{low.unit, std::nullopt, low.value};
    return std::optional<TagRange>();
  }
  if (text != std::string(first->text) + ":" + std::string(second->text)) return std::optional<TagRange>();
  SEEP_TRY(const int64_t other, Number(second->number));
  const Scaled high = Scale(other, second->unit, low.unit);
  if (high.unit != low.unit) return std::optional<TagRange>();
  return TagRange{low.unit, low.value, high.value};
}

void WarnUnmatched(bool matched, std::string_view option, const Say& say) {
  if (!matched) say(std::string(option) + " expression matched no samples");
}

// What a question about a set of labels was answered.
enum class Known : uint8_t { kNotAsked, kNo, kYes };

class LabelMatcher {
 public:
  LabelMatcher(const Profile& profile, const std::optional<TagFilter>& filter, const LabelUnits& units)
      : profile_(profile),
        filter_(filter),
        units_(units),
        known_(profile.label_sets.size(), Known::kNotAsked) {}

  bool operator()(LabelSetId id) {
    Known& known = known_[id.value];
    if (known == Known::kNotAsked) known = filter_->Matches(profile_, id, units_) ? Known::kYes : Known::kNo;
    return known == Known::kYes;
  }

 private:
  const Profile& profile_;
  const std::optional<TagFilter>& filter_;
  const LabelUnits& units_;
  std::vector<Known> known_;  // by set of labels
};

}  // namespace

bool TagRange::Contains(int64_t number, std::string_view unit_of_number) const {
  const Scaled scaled = Scale(number, unit_of_number, unit);
  return scaled.unit == unit && (!low || scaled.value >= *low) && (!high || scaled.value <= *high);
}

Result<std::optional<TagFilter>> TagFilter::Compile(std::string_view option, std::string_view text,
                                                    const Say& say) {
  if (text.empty()) return std::optional<TagFilter>();
  TagFilter filter;
  if (const size_t equals = text.find('='); equals != std::string_view::npos) {
    filter.key_ = std::string(text.substr(0, equals));
    text.remove_prefix(equals + 1);
  }
  // "=x" is as good as "x" to pprof.
  if (filter.key_ && filter.key_->empty()) filter.key_.reset();
  SEEP_TRY(filter.range_, ParseRange(text));
  if (filter.range_) {
    say(std::string(option) + ":Interpreted '" + std::string(text) + "' as range, not regexp");
    return std::optional<TagFilter>(std::move(filter));
  }
  for (std::string_view part : Split(text, ',')) {
    auto pattern = Pattern::Compile(part);
    if (!pattern)
      return Fail(ErrorCode::kUsage, "parsing " + std::string(option) + " regexp: " + pattern.error().what);
    filter.patterns_.push_back(std::move(*pattern));
  }
  return std::optional<TagFilter>(std::move(filter));
}

bool TagFilter::Matches(const Profile& profile, LabelSetId id, const LabelUnits& units) const {
  const std::span<const Label> labels = profile.label_sets.labels(id);
  if (!range_) return MatchesText(profile, labels);
  return std::ranges::any_of(labels, [&](const Label& label) {
    if (label.text || (key_ && profile.text(label.key) != *key_)) return false;
    const auto unit = units.find(label.key);
    return range_->Contains(label.number, unit == units.end() ? "" : profile.text(unit->second));
  });
}

bool TagFilter::MatchesText(const Profile& profile, std::span<const Label> labels) const {
  const auto matches = [&](const Pattern& pattern) {
    return std::ranges::any_of(labels, [&](const Label& label) {
      if (!label.text) return false;
      const std::string_view key = profile.text(label.key), value = profile.text(label.text);
      if (key_) return key == *key_ && pattern.Matches(value);
      return pattern.Matches(std::string(key) + ":" + std::string(value));
    });
  };
  return key_ ? std::ranges::any_of(patterns_, matches) : std::ranges::all_of(patterns_, matches);
}

void FilterByTags(Profile& profile, const std::optional<TagFilter>& focus,
                  const std::optional<TagFilter>& ignore, const LabelUnits& units, const Say& say) {
  if (!focus && !ignore) return;
  LabelMatcher focuses(profile, focus, units), ignores(profile, ignore, units);
  bool any_focused = false, any_ignored = false;
  size_t kept = 0;
  for (size_t i = 0; i < profile.samples.size(); ++i) {
    const LabelSetId labels = profile.samples.labels[i];
    const bool focused = !focus || focuses(labels);
    const bool ignored = ignore && ignores(labels);
    any_focused = any_focused || focused;
    any_ignored = any_ignored || ignored;
    if (focused && !ignored) profile.samples.Move(i, kept++);
  }
  profile.samples.Truncate(kept);
  WarnUnmatched(!focus || any_focused, "TagFocus", say);
  WarnUnmatched(!ignore || any_ignored, "TagIgnore", say);
}

void FilterTags(Profile& profile, const std::optional<Pattern>& show, const std::optional<Pattern>& hide,
                const Say& say) {
  if (!show && !hide) return;
  std::optional<StringMatcher> shows, hides;
  if (show) shows.emplace(profile.strings, *show);
  if (hide) hides.emplace(profile.strings, *hide);
  bool any_shown = false, any_hidden = false;
  const size_t before = profile.label_sets.size();
  std::vector<std::optional<LabelSetId>> replaced(before);
  for (LabelSetId& id : profile.samples.labels) {
    if (!replaced[id.value]) {
      std::vector<Label> left;
      for (const Label& label : profile.label_sets.labels(id)) {
        const bool shown = !shows || (*shows)(label.key);
        const bool hidden = hides && (*hides)(label.key);
        any_shown = any_shown || shown;
        any_hidden = any_hidden || hidden;
        if (shown && !hidden) left.push_back(label);
      }
      replaced[id.value] = profile.label_sets.Intern(left);
    }
    id = *replaced[id.value];
  }
  WarnUnmatched(!show || any_shown, "TagShow", say);
  WarnUnmatched(!hide || any_hidden, "TagHide", say);
}

LabelUnits FindLabelUnits(Profile& profile, const Say& say) {
  LabelUnits units;
  std::set<StringId> keys;
  std::map<StringId, std::set<std::string_view>> ignored;
  std::vector<bool> seen(profile.label_sets.size(), false);
  for (LabelSetId id : profile.samples.labels) {
    if (seen[id.value]) continue;
    seen[id.value] = true;
    for (const Label& label : profile.label_sets.labels(id)) {
      if (label.text) continue;
      keys.insert(label.key);
      if (!label.unit) continue;
      const StringId first = units.try_emplace(label.key, label.unit).first->second;
      if (first != label.unit) ignored[label.key].insert(profile.text(label.unit));
    }
  }
  for (StringId key : keys) {
    const std::string_view name = profile.text(key);
    const bool in_bytes = name == "alignment" || name == "request";
    units.try_emplace(key, in_bytes ? profile.strings.Intern("bytes") : key);
  }
  for (const auto& [key, others] : ignored) {
    std::string list;
    for (std::string_view unit : others) list += (list.empty() ? "" : ", ") + std::string(unit);
    say("For tag " + std::string(profile.text(key)) + " used unit " + std::string(profile.text(units[key])) +
        ", also encountered unit(s) " + list);
  }
  return units;
}

}  // namespace seep::profile

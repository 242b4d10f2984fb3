#include "pprof/dot_tags.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string_view>
#include <utility>

#include "profile/measurement.h"

namespace seep::pprof {
namespace {

using profile::Abs;
using profile::Tag;
constexpr size_t kMaxTags = 4;

void Add(int64_t& sum, int64_t value) {
  sum = static_cast<int64_t>(static_cast<uint64_t>(sum) + static_cast<uint64_t>(value));
}

void SortTags(std::vector<Tag>& tags, bool flat) {
  std::ranges::sort(tags, [flat](const Tag& a, const Tag& b) {
    if (!flat && Abs(a.cum) != Abs(b.cum)) return Abs(a.cum) > Abs(b.cum);
    if (Abs(a.flat) != Abs(b.flat)) return Abs(a.flat) > Abs(b.flat);
    return a.name < b.name;
  });
}

double Distance(const Tag& a, const Tag& b) {
  return std::abs(static_cast<double>(a.value) - profile::Scale(b.value, b.unit, a.unit).value);
}

// Several numbers as one tag, named by the least and the greatest.
Tag Merged(const std::vector<Tag>& group) {
  Tag merged;
  if (group.size() == 1) {
    merged.name = profile::AutoLabel(group[0].value, group[0].unit);
    merged.flat = group[0].FlatValue();
    merged.cum = group[0].CumValue();
    return merged;
  }
  const Tag* least = group.data();
  const Tag* most = group.data();
  Tag sums;
  for (const Tag& tag : group) {
    if (profile::ToInt64(profile::Scale(tag.value, tag.unit, least->unit).value) < least->value) least = &tag;
    if (profile::ToInt64(profile::Scale(tag.value, tag.unit, most->unit).value) > most->value) most = &tag;
    Add(sums.flat, tag.flat);
    Add(sums.flat_div, tag.flat_div);
    Add(sums.cum, tag.cum);
    Add(sums.cum_div, tag.cum_div);
  }
  merged.name =
      profile::AutoLabel(least->value, least->unit) + ".." + profile::AutoLabel(most->value, most->unit);
  merged.flat = sums.FlatValue();
  merged.cum = sums.CumValue();
  return merged;
}

// At most kMaxTags: the heaviest, each with the numbers nearest to it.
std::vector<Tag> Collapsed(std::vector<Tag> tags, bool flat) {
  SortTags(tags, flat);
  if (tags.size() <= kMaxTags) return tags;
  std::vector<std::vector<Tag>> groups;
  for (size_t i = 0; i < kMaxTags; ++i) groups.push_back({tags[i]});
  for (const Tag& tag : std::span(tags).subspan(kMaxTags)) {
    size_t nearest = 0;
    for (size_t i = 1; i < kMaxTags; ++i)
      if (Distance(tag, groups[i][0]) < Distance(tag, groups[nearest][0])) nearest = i;
    groups[nearest].push_back(tag);
  }
  std::vector<Tag> merged;
  for (const std::vector<Tag>& group : groups) merged.push_back(Merged(group));
  SortTags(merged, flat);
  return merged;
}

void AddNumbers(const Prepared& prepared, std::vector<Tag> tags, bool flat, std::string_view source,
                std::string& out) {
  const std::vector<Tag> collapsed = Collapsed(std::move(tags), flat);
  for (size_t i = 0; i < collapsed.size(); ++i) {
    const Tag& tag = collapsed[i];
    const bool own = flat || tag.FlatValue() == tag.CumValue();
    const int64_t weight = own ? tag.FlatValue() : tag.CumValue();
    if (weight == 0) continue;
    const std::string text = prepared.Format(weight);
    out += fmt::format(
        "N{0}_{1} [label = \"{2}\" id=\"N{0}_{1}\" fontsize=8 shape=box3d tooltip=\"{3}\"]\n"
        "{0} -> N{0}_{1} [label=\" {3}\" weight=100 tooltip=\"{3}\" labeltooltip=\"{3}\"{4}]\n",
        source, i, tag.name, text, own ? "" : " style=\"dotted\"");
  }
}

}  // namespace

bool AddTags(const Prepared& prepared, const std::vector<Tag>& tags, size_t id, bool flat, std::string& out) {
  const size_t before = out.size();
  std::vector<Tag> texts;
  std::map<std::string, std::vector<Tag>> numbers;  // by the text tag they belong to
  for (const Tag& tag : tags) {
    if (tag.numeric)
      numbers[tag.under].push_back(tag);
    else
      texts.push_back(tag);
  }
  SortTags(texts, flat);
  if (texts.size() > kMaxTags) texts.resize(kMaxTags);
  for (size_t i = 0; i < texts.size(); ++i) {
    const int64_t weight = flat ? texts[i].FlatValue() : texts[i].CumValue();
    if (weight == 0) continue;
    const std::string text = prepared.Format(weight);
    const std::string name = fmt::format("N{}_{}", id, i);
    out += fmt::format(
        "{0} [label = \"{1}\" id=\"{0}\" fontsize=8 shape=box3d tooltip=\"{2}\"]\n"
        "N{3} -> {0} [label=\" {2}\" weight=100 tooltip=\"{2}\" labeltooltip=\"{2}\"]\n",
        name, texts[i].name, text, id);
    if (const auto below = numbers.find(texts[i].name); below != numbers.end())
      AddNumbers(prepared, below->second, flat, name, out);
  }
  if (const auto alone = numbers.find(""); alone != numbers.end())
    AddNumbers(prepared, alone->second, flat, fmt::format("N{}", id), out);
  return out.size() != before;
}

}  // namespace seep::pprof

// tagfocus, tagignore, tagshow and taghide: which samples stay and which of their labels are seen.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "profile/filter.h"
#include "profile/pattern.h"
#include "profile/profile.h"

namespace seep::profile {

// "32kb", ":64kb", "4mb:", "12kb:64mb": both ends included.
struct TagRange {
  std::string unit;  // numbers of other families of units are not in it
  std::optional<double> low, high;
  bool Contains(int64_t number, std::string_view unit_of_number) const;
};

// "key=..." looks at labels of this key only. A range is of numeric labels; what is no range is regular
// expressions of text labels, separated by commas: without a key all of them must match a "key:value" of the
// sample, with a key one must match a value.
class TagFilter {
 public:
  // None if the text is empty.
  static Result<std::optional<TagFilter>> Compile(std::string_view option, std::string_view text,
                                                  const Say& say);
  bool Matches(const Profile& profile, LabelSetId labels, const LabelUnits& units) const;

 private:
  bool MatchesText(const Profile& profile, std::span<const Label> labels) const;

  std::optional<std::string> key_;
  std::optional<TagRange> range_;
  std::vector<Pattern> patterns_;
};

void FilterByTags(Profile& profile, const std::optional<TagFilter>& focus,
                  const std::optional<TagFilter>& ignore, const LabelUnits& units, const Say& say);

// Takes labels off whose key `show` does not match or `hide` does.
void FilterTags(Profile& profile, const std::optional<Pattern>& show, const std::optional<Pattern>& hide,
                const Say& say);

}  // namespace seep::profile

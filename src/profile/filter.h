// What is left of a profile after the filters of its settings, and what its frames are called after
// aggregation (google/pprof profile/filter.go, internal/driver/driver_focus.go and tagroot.go, 2025-11). All
// of it in place.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "profile/profile.h"
#include "profile/settings.h"

namespace seep::profile {

// Takes a warning, a line for a person.
using Say = std::function<void(std::string_view)>;

// The unit in which the numbers of a label are read, by key: the first that a sample has, or one guessed from
// the key.
using LabelUnits = std::map<StringId, StringId>;
LabelUnits FindLabelUnits(Profile& profile, const Say& say);

// tagroot and tagleaf: values of labels become frames at the root or at the leaf.
void AddLabelFrames(Profile& profile, const Settings& settings, const Say& say);

// focus, ignore, hide, show, show_from, tagfocus, tagignore, tagshow, taghide, prune_from.
Status ApplyFilters(Profile& profile, const Settings& settings, const LabelUnits& units, const Say& say);

// Clears in functions and locations what granularity, noinlines and showcolumns leave out.
Status Aggregate(Profile& profile, const Settings& settings);

}  // namespace seep::profile

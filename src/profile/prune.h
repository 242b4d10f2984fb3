// Frames cut off the leaves of stacks (google/pprof profile/prune.go, 2025-11).
#pragma once

#include <optional>
#include <string_view>

#include "base/result.h"
#include "profile/pattern.h"
#include "profile/profile.h"

namespace seep::profile {

// A function's name without its arguments: "f(int)" -> "f"; "(anonymous namespace)" and "operator()" stay.
std::string_view SimplifiedFunction(std::string_view name);

// Drops the frames called by the innermost one that matches, not that one itself.
void PruneFrom(Profile& profile, const Pattern& from);

// Drops the outermost frame that `drop` matches and `keep` does not, with all that it calls; not before a
// frame that is none of these, so that something is left.
void Prune(Profile& profile, const Pattern& drop, const std::optional<Pattern>& keep);

// Prune by the profile's own drop_frames and keep_frames: what allocators of legacy heaps add.
Status RemoveUninteresting(Profile& profile);

}  // namespace seep::profile

// Filters and groups for `seep goroutines`.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "model/goroutine_list.h"
#include "profile/pattern.h"

namespace seep::detect {

struct GroupOptions {
  model::GroupBy by = model::GroupBy::kStack;
  std::string state;                           // a part of the state's text; "": any
  std::optional<profile::Pattern> function;    // any frame's
  std::optional<profile::Pattern> created_by;  // function of the creator
  std::optional<profile::Pattern> label;       // any "key=value"
  int32_t min_minutes = 0;                     // blocked for at least
};

// `still`: for each goroutine of the dump the seconds since it was first seen there, 0 if it has moved since;
// empty where it was looked at once.
model::GoroutineList GroupGoroutines(const model::GoroutineDump& dump, std::span<const double> still,
                                     const model::StackTable& stacks, const GroupOptions& options);
// The same of a profile, which has no single goroutines: no ids, creators and ages.
model::GoroutineList GroupGoroutines(const model::GoroutineProfile& profile, model::StackTable& stacks,
                                     const GroupOptions& options);

}  // namespace seep::detect

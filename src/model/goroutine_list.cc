#include "model/goroutine_list.h"

#include <fmt/format.h>

#include "base/text.h"

namespace seep::model {

std::vector<Gap> GapsOf(const GoroutinesMissed& missed) {
  std::vector<Gap> gaps;
  const auto of = [&](uint64_t n) {
    return fmt::format("{} of {}", Plural(n, "goroutine"), FormatCount(missed.seen + n));
  };
  if (missed.moved > 0)
    gaps.push_back({of(missed.moved), "running each time they were looked at, so their stacks were not read",
                    "look again"});
  if (missed.unreadable > 0)
    gaps.push_back({of(missed.unreadable), "their memory could not be read", "look again"});
  if (missed.cut > 0)
    gaps.push_back({fmt::format("a part of {}", Plural(missed.cut, "stack")),
                    "they could not be followed to their beginning", ""});
  return gaps;
}

}  // namespace seep::model

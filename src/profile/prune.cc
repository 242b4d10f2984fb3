#include "profile/prune.h"

#include <string>
#include <utility>
#include <vector>

namespace seep::profile {
namespace {

// Answers by function, asking the patterns once a name.
class FunctionMatcher {
 public:
  FunctionMatcher(const Profile& profile, const Pattern& drop, const Pattern* keep)
      : profile_(profile), drop_(drop), keep_(keep) {}

  bool operator()(const Line& line) {
    const StringId name = profile_.functions[line.function.value].name;
    if (!name) return false;
    if (name.value >= known_.size()) known_.resize(profile_.strings.size(), 0);
    uint8_t& known = known_[name.value];
    if (known == 0) {
      const std::string_view simple = SimplifiedFunction(profile_.text(name));
      known = drop_.Matches(simple) && (keep_ == nullptr || !keep_->Matches(simple)) ? 2 : 1;
    }
    return known == 2;
  }

 private:
  const Profile& profile_;
  const Pattern& drop_;
  const Pattern* keep_;
  std::vector<uint8_t> known_;  // by string: 0 not asked, 1 no, 2 yes
};

// How much of its stacks a location ends.
enum class Cut : uint8_t { kNothing, kBelow, kItself };

// Drops the first `count` frames.
void DropLeaves(Samples& samples, size_t sample, size_t count) {
  samples.first[sample] += static_cast<uint32_t>(count);
  samples.depth[sample] -= static_cast<uint32_t>(count);
}

}  // namespace

std::string_view SimplifiedFunction(std::string_view name) {
  if (name.starts_with('.')) name.remove_prefix(1);
  for (size_t at = 0; at < name.size();) {
    const std::string_view rest = name.substr(at);
    if (rest.starts_with("(anonymous namespace)"))
      at += std::string_view("(anonymous namespace)").size();
    else if (rest.starts_with("operator()"))
      at += std::string_view("operator()").size();
    else if (rest.front() == '(')
      return name.substr(0, at);
    else
      ++at;
  }
  return name;
}

void PruneFrom(Profile& profile, const Pattern& from) {
  FunctionMatcher matches(profile, from, nullptr);
  std::vector<bool> cut(profile.locations.size(), false);
  for (size_t i = 1; i < profile.locations.size(); ++i) {
    Location& location = profile.locations[i];
    for (uint32_t k = 0; k < location.line_count; ++k) {
      if (!matches(profile.lines[location.first_line + k])) continue;
      cut[i] = true;
      location.first_line += k;
      location.line_count -= k;
      break;
    }
  }
  for (size_t i = 0; i < profile.samples.size(); ++i) {
    const std::span<const LocationId> stack = profile.samples.stack(i);
    for (size_t k = 0; k < stack.size(); ++k) {
      if (!cut[stack[k].value]) continue;
      DropLeaves(profile.samples, i, k);
      break;
    }
  }
}

void Prune(Profile& profile, const Pattern& drop, const std::optional<Pattern>& keep) {
  FunctionMatcher matches(profile, drop, keep ? &*keep : nullptr);
  std::vector<Cut> cuts(profile.locations.size(), Cut::kNothing);
  for (size_t i = 1; i < profile.locations.size(); ++i) {
    Location& location = profile.locations[i];
    uint32_t callers = 0;  // lines outside of the one that matches
    while (callers < location.line_count &&
           !matches(profile.lines[location.first_line + location.line_count - 1 - callers]))
      ++callers;
    if (callers == location.line_count) continue;
    cuts[i] = callers == 0 ? Cut::kItself : Cut::kBelow;
    if (callers == 0) continue;
    location.first_line += location.line_count - callers;
    location.line_count = callers;
  }
  for (size_t i = 0; i < profile.samples.size(); ++i) {
    const std::span<const LocationId> stack = profile.samples.stack(i);
    bool found_user = false;
    for (size_t k = stack.size(); k-- > 0;) {
      const Cut cut = cuts[stack[k].value];
      if (cut == Cut::kNothing) {
        found_user = true;
        continue;
      }
      if (!found_user) continue;
      DropLeaves(profile.samples, i, cut == Cut::kItself ? k + 1 : k);
      break;
    }
  }
}

Status RemoveUninteresting(Profile& profile) {
  if (!profile.drop_frames) return {};
  const auto compile = [&](StringId frames) -> Result<Pattern> {
    auto pattern = Pattern::Compile("^(" + std::string(profile.text(frames)) + ")$");
    if (!pattern)
      return Fail(ErrorCode::kBadInput, "failed to compile regexp " + std::string(profile.text(frames)) +
                                            ": " + pattern.error().what);
    return pattern;
  };
  SEEP_TRY(const Pattern drop, compile(profile.drop_frames));
  std::optional<Pattern> keep;
  if (profile.keep_frames) {
    SEEP_TRY(keep, compile(profile.keep_frames));
  }
  Prune(profile, drop, keep);
  return {};
}

}  // namespace seep::profile

// Filters by the names of frames, and the order of all filters.
#include "profile/filter.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "profile/pattern.h"
#include "profile/prune.h"
#include "profile/tag_filter.h"

namespace seep::profile {
namespace {

// A filter option's pattern; none where the option is empty.
Result<std::optional<Pattern>> CompileOption(std::string_view name, const std::string& value) {
  if (value.empty()) return std::optional<Pattern>();
  auto pattern = Pattern::Compile(value);
  if (!pattern)
    return Fail(ErrorCode::kUsage, "parsing " + std::string(name) + " regexp: " + pattern.error().what);
  return std::optional<Pattern>(std::move(*pattern));
}

// Asks a pattern about frames: function, file, and the binary of the location.
class FrameMatcher {
 public:
  FrameMatcher(const Profile& profile, const std::optional<Pattern>& pattern) : profile_(profile) {
    if (pattern) matches_.emplace(profile.strings, *pattern);
  }
  bool exists() const { return matches_.has_value(); }
  bool Binary(const Location& location) {
    return location.mapping && (*matches_)(profile_.mappings[location.mapping.value].file);
  }
  bool Frame(const Line& line) {
    const Function& function = profile_.functions[line.function.value];
    return line.function && ((*matches_)(function.name) || (*matches_)(function.file));
  }
  bool Any(const Location& location) {
    for (uint32_t i = 0; i < location.line_count; ++i)
      if (Frame(profile_.lines[location.first_line + i])) return true;
    return Binary(location);
  }

 private:
  const Profile& profile_;
  std::optional<StringMatcher> matches_;
};

// Leaves a location the lines for which `stays` is true. They move to the end of the pool where there is a
// gap in between, because locations may share lines.
template <class Predicate>
void KeepLines(Profile& profile, Location& location, Predicate stays) {
  std::vector<Line> kept;
  for (uint32_t i = 0; i < location.line_count; ++i)
    if (const Line& line = profile.lines[location.first_line + i]; stays(line)) kept.push_back(line);
  if (kept.size() == location.line_count) return;
  location.first_line = static_cast<uint32_t>(profile.lines.size());
  location.line_count = static_cast<uint32_t>(kept.size());
  profile.lines.insert(profile.lines.end(), kept.begin(), kept.end());
}

struct NameFilters {
  std::optional<Pattern> focus, ignore, hide, show;
  bool any() const { return focus || ignore || hide || show; }
};

// What filters by name say about a location.
struct Verdict {
  bool focused = false, ignored = false, hidden = false;
};

class NameFilter {
 public:
  NameFilter(Profile& profile, const NameFilters& filters)
      : profile_(profile),
        focus_(profile, filters.focus),
        ignore_(profile, filters.ignore),
        hide_(profile, filters.hide),
        show_(profile, filters.show) {}

  void Run(const Say& say) {
    // Also of locations that no sample has: pprof warns if nothing matches in the whole profile.
    verdicts_.resize(profile_.locations.size());
    for (size_t i = 1; i < verdicts_.size(); ++i) verdicts_[i] = Judge(profile_.locations[i]);
    FilterSamples();
    const auto warn = [&](const FrameMatcher& filter, bool matched, std::string_view option) {
      if (filter.exists() && !matched) say(std::string(option) + " expression matched no samples");
    };
    warn(focus_, focused_, "Focus");
    warn(ignore_, ignored_, "Ignore");
    warn(hide_, hid_, "Hide");
    warn(show_, showed_, "Show");
  }

 private:
  Verdict Judge(Location& location) {
    Verdict verdict;
    if (ignore_.exists() && ignore_.Any(location))
      ignored_ = verdict.ignored = true;
    else if (!focus_.exists() || focus_.Any(location))
      focused_ = verdict.focused = true;
    if (hide_.exists() && hide_.Any(location)) {
      hid_ = true;
      const bool all = hide_.Binary(location);
      KeepLines(profile_, location, [&](const Line& line) { return !all && !hide_.Frame(line); });
      verdict.hidden = location.line_count == 0;
    }
    if (show_.exists()) {
      if (!show_.Binary(location))
        KeepLines(profile_, location, [&](const Line& line) { return show_.Frame(line); });
      if (location.line_count == 0)
        verdict.hidden = true;
      else
        showed_ = true;
    }
    return verdict;
  }

  // A sample stays if it has a focused frame, no ignored one, and a frame that is not hidden.
  void FilterSamples() {
    Samples& samples = profile_.samples;
    const bool hiding = hide_.exists() || show_.exists();
    size_t kept = 0;
    for (size_t i = 0; i < samples.size(); ++i) {
      const std::span<LocationId> stack = samples.stack(i);
      bool focused = false, ignored = false;
      for (LocationId id : stack) {
        focused = focused || verdicts_[id.value].focused;
        ignored = ignored || verdicts_[id.value].ignored;
      }
      if (!focused || ignored) continue;
      if (hiding) {
        uint32_t depth = 0;
        for (LocationId id : stack)
          if (!verdicts_[id.value].hidden) stack[depth++] = id;
        if (depth == 0) continue;
        samples.depth[i] = depth;
      }
      samples.Move(i, kept++);
    }
    samples.Truncate(kept);
  }

  Profile& profile_;
  FrameMatcher focus_, ignore_, hide_, show_;
  std::vector<Verdict> verdicts_;  // by location
  bool focused_ = false, ignored_ = false, hid_ = false, showed_ = false;
};

// Drops the callers of the outermost frame that matches, and samples without one.
void ShowFrom(Profile& profile, const std::optional<Pattern>& pattern, const Say& say) {
  FrameMatcher matcher(profile, pattern);
  std::vector<bool> matched(profile.locations.size(), false);
  bool any = false;
  for (size_t i = 1; i < matched.size(); ++i) {
    Location& location = profile.locations[i];
    if (matcher.Binary(location)) {
      any = matched[i] = true;
      continue;
    }
    uint32_t lines = location.line_count;
    while (lines > 0 && !matcher.Frame(profile.lines[location.first_line + lines - 1])) --lines;
    if (lines == 0) continue;
    location.line_count = lines;
    any = matched[i] = true;
  }
  Samples& samples = profile.samples;
  size_t kept = 0;
  for (size_t i = 0; i < samples.size(); ++i) {
    const std::span<LocationId> stack = samples.stack(i);
    size_t depth = stack.size();
    while (depth > 0 && !matched[stack[depth - 1].value]) --depth;
    if (depth == 0) continue;
    samples.depth[i] = static_cast<uint32_t>(depth);
    samples.Move(i, kept++);
  }
  samples.Truncate(kept);
  if (!any) say("ShowFrom expression matched no samples");
}

}  // namespace

Status ApplyFilters(Profile& profile, const Settings& settings, const LabelUnits& units, const Say& say) {
  NameFilters names;
  SEEP_TRY(names.focus, CompileOption("focus", settings.focus));
  SEEP_TRY(names.ignore, CompileOption("ignore", settings.ignore));
  SEEP_TRY(names.hide, CompileOption("hide", settings.hide));
  SEEP_TRY(names.show, CompileOption("show", settings.show));
  SEEP_TRY(const std::optional<Pattern> show_from, CompileOption("show_from", settings.show_from));
  SEEP_TRY(const auto tag_focus, TagFilter::Compile("tagfocus", settings.tagfocus, say));
  SEEP_TRY(const auto tag_ignore, TagFilter::Compile("tagignore", settings.tagignore, say));
  SEEP_TRY(const std::optional<Pattern> prune_from, CompileOption("prune_from", settings.prune_from));

  if (names.any()) NameFilter(profile, names).Run(say);
  if (show_from) ShowFrom(profile, show_from, say);
  FilterByTags(profile, tag_focus, tag_ignore, units, say);

  // pprof applies the first of these even if the second is no regular expression.
  auto tag_show = CompileOption("tagshow", settings.tagshow);
  if (!tag_show) return Fail(std::move(tag_show).error());
  auto tag_hide = CompileOption("taghide", settings.taghide);
  FilterTags(profile, *tag_show, tag_hide.value_or(std::nullopt), say);
  if (!tag_hide) return Fail(std::move(tag_hide).error());
  if (prune_from) PruneFrom(profile, *prune_from);
  return {};
}

}  // namespace seep::profile

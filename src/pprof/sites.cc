#include "pprof/sites.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <unordered_map>

#include "base/time.h"
#include "profile/sampling.h"

namespace seep::pprof {
namespace {

constexpr uint32_t kNone = ~uint32_t{0};

// What each location contributes: its innermost line, and its innermost line of the user's.
class Places {
 public:
  Places(const Prepared& prepared, std::vector<Site>& sites) : p_(prepared), sites_(sites) {
    known_.resize(p_.profile.locations.size());
  }

  // The site of a stack; kNone where nothing on it has a name.
  uint32_t Of(std::span<const profile::LocationId> stack) {
    uint32_t innermost = kNone;
    for (profile::LocationId id : stack) {
      const Known& known = Look(id);
      if (known.users != kNone) return known.users;
      if (innermost == kNone) innermost = known.innermost;
    }
    return innermost;
  }

 private:
  struct Known {
    bool looked = false;
    uint32_t innermost = kNone, users = kNone;
  };

  const Known& Look(profile::LocationId id) {
    Known& known = known_[id.value];
    if (known.looked) return known;
    known.looked = true;
    for (const profile::Line& line : p_.profile.LinesOf(id)) {
      if (!line.function) continue;
      const profile::Function& f = p_.profile.functions[line.function.value];
      const bool users =
          p_.outside->is_users && p_.outside->is_users(p_.profile.text(f.name), p_.profile.text(f.file));
      if (known.innermost == kNone) known.innermost = Intern(f, line.line, users);
      if (!users) continue;
      known.users = Intern(f, line.line, true);
      break;
    }
    return known;
  }

  uint32_t Intern(const profile::Function& f, int64_t line, bool users) {
    const uint64_t key = uint64_t{f.name.value} << 32 | f.file.value;
    auto& lines = index_[key];
    const auto [it, is_new] = lines.try_emplace(line, static_cast<uint32_t>(sites_.size()));
    if (is_new)
      sites_.push_back({.function = f.name,
                        .file = f.file,
                        .line = line,
                        .values = std::vector<double>(p_.moments.size()),
                        .variances = std::vector<double>(p_.moments.size()),
                        .is_users = users});
    return it->second;
  }

  const Prepared& p_;
  std::vector<Site>& sites_;
  std::vector<Known> known_;  // by location
  std::unordered_map<uint64_t, std::unordered_map<int64_t, uint32_t>> index_;
};

// By label set: which moment it names, kNone for none.
std::vector<uint32_t> MomentsOfLabels(const Prepared& prepared) {
  const profile::Profile& p = prepared.profile;
  std::vector<uint32_t> moments(p.label_sets.size(), kNone);
  const StringId key = p.strings.Find(kMomentLabel);
  if (!key) return moments;
  for (uint32_t set = 0; set < moments.size(); ++set)
    for (const profile::Label& label : p.label_sets.labels({set})) {
      if (label.key != key) continue;
      const std::string_view text = p.text(label.text);
      uint32_t number = 0;
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
      if (error == std::errc() && end == text.data() + text.size() && number < prepared.moments.size())
        moments[set] = number;
    }
  return moments;
}

bool HasTimes(const std::vector<int64_t>& moments) {
  for (size_t i = 0; i < moments.size(); ++i)
    if (moments[i] == 0 || (i > 0 && moments[i] <= moments[i - 1])) return false;
  return true;
}

}  // namespace

Result<Sites> GatherSites(const Prepared& prepared) {
  const profile::Profile& p = prepared.profile;
  if (prepared.moments.size() < 2)
    return Fail(ErrorCode::kUsage, fmt::format("-{} compares profiles of several moments; one was given",
                                               prepared.report->name));
  Sites out;
  out.totals.resize(prepared.moments.size());
  out.timed = HasTimes(prepared.moments);
  for (size_t i = 0; i < prepared.moments.size(); ++i)
    out.seconds.push_back(out.timed ? static_cast<double>(prepared.moments[i] - prepared.moments[0]) / 1e9
                                    : static_cast<double>(i));
  const std::vector<uint32_t> moments = MomentsOfLabels(prepared);
  const profile::Noise noise(p, prepared.column);
  Places places(prepared, out.sites);
  for (size_t i = 0; i < p.samples.size(); ++i) {
    const uint32_t moment = moments[p.samples.labels[i].value];
    if (moment == kNone) continue;
    const auto value = static_cast<double>(profile::Quotient(prepared.Value(i), prepared.Divisor(i)));
    out.totals[moment] += value;
    const uint32_t site = places.Of(p.samples.stack(i));
    if (site == kNone) continue;
    out.sites[site].values[moment] += value;
    out.sites[site].variances[moment] += noise.Variance(p, i);
  }
  // Lines that were only looked at, on the way to the user's.
  std::erase_if(out.sites,
                [](const Site& s) { return std::ranges::all_of(s.values, [](double v) { return v == 0; }); });
  return out;
}

size_t ShownRows(const Prepared& prepared, size_t rows) {
  const int64_t most = prepared.settings.nodecount;
  return most > 0 ? std::min(rows, static_cast<size_t>(most)) : rows;
}

std::string SiteName(const Prepared& prepared, const Site& site) {
  const std::string_view file = prepared.profile.text(site.file);
  std::string name(prepared.profile.text(site.function));
  if (!file.empty()) name += fmt::format("  {}:{}", profile::BaseName(file), site.line);
  return name;
}

std::string WindowText(const Prepared& prepared) {
  if (!HasTimes(prepared.moments)) return {};
  const int64_t nanos = prepared.moments.back() - prepared.moments.front();
  return fmt::format("{} to {}, {}", LocalTime(prepared, prepared.moments.front()),
                     LocalTime(prepared, prepared.moments.back()), FormatDuration(Duration(nanos)));
}

std::string ValueText(const Prepared& prepared, double value) {
  constexpr double kMost = 9.2e18;
  return prepared.Format(static_cast<int64_t>(std::clamp(std::round(value), -kMost, kMost)));
}

std::string RateText(const Prepared& prepared, double per_second, bool timed) {
  const double value = timed ? per_second * 3600 : per_second;
  return fmt::format("{}{}{}", value > 0 ? "+" : "", ValueText(prepared, value), timed ? "/h" : "");
}

}  // namespace seep::pprof

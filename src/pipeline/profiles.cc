#include "pipeline/profiles.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <span>
#include <thread>

#include "capture/files.h"
#include "capture/profile_url.h"
#include "pipeline/grab.h"
#include "pipeline/remote_symbols.h"
#include "pipeline/symbolize.h"
#include "profile/merge.h"
#include "profile/prune.h"

namespace seep::pipeline {
namespace {

using OverTime = pprof::Report::OverTime;

// In pieces of 128, as pprof does: what is merged first decides ids and thereby the order of what is printed.
constexpr size_t kPiece = 128;

// The sources' or the bases' profile, of all those that could be had.
struct Side {
  std::optional<profile::Profile> profile;
  size_t count = 0;
  std::vector<MappingSource> mapping_sources;
};

// A dump as text says nothing of its time; its file does.
void SetTime(profile::Profile& p, const std::string& source) {
  if (p.time_nanos != 0) return;
  if (const auto written = capture::FileTime(source)) p.time_nanos = UnixNanos(*written);
}

Result<profile::Profile> Combine(std::vector<profile::Profile> profiles) {
  SEEP_TRY_VOID(profile::MakeCompatible(profiles));
  if (profiles.size() == 1) return std::move(profiles.front());
  return profile::Merge(std::move(profiles));
}

Result<profile::Profile> CombineTwo(profile::Profile a, profile::Profile b) {
  std::vector<profile::Profile> both;
  both.push_back(std::move(a));
  both.push_back(std::move(b));
  return Combine(std::move(both));
}

// Whom to ask for the names of a fetched profile. A mapping that has no name gets the URL for a name: what
// came from different places is not the same.
void NoteMappingSources(profile::Profile& p, const std::string& url, std::vector<MappingSource>& out) {
  for (size_t i = 1; i < p.mappings.size(); ++i) {
    profile::Mapping& mapping = p.mappings[i];
    if (!mapping.build_id && !mapping.file) mapping.file = p.strings.Intern(url);
    const StringId key = mapping.build_id ? mapping.build_id : mapping.file;
    out.push_back({std::string(p.text(key)), url, mapping.start});
  }
}

// Once all are merged the URLs have served.
void ForgetUrls(profile::Profile& p) {
  for (size_t i = 1; i < p.mappings.size(); ++i)
    if (!p.mappings[i].build_id && capture::IsAbsoluteUrl(p.text(p.mappings[i].file)))
      p.mappings[i].file = {};
}

// Those of the sources that could be had; the others are said.
std::vector<profile::Profile> GrabSome(std::span<const std::string> sources, const ProfileRequest& request,
                                       const Log& log, std::vector<MappingSource>& mapping_sources) {
  std::vector<Grabbed> grabbed = GrabProfiles(sources, request, log);
  std::vector<profile::Profile> out;
  for (size_t i = 0; i < sources.size(); ++i) {
    auto& [profile, url] = grabbed[i];
    if (!profile) {
      log.Warn(fmt::format("{}: {}", sources[i], profile.error().what));
      continue;
    }
    if (!url.empty()) NoteMappingSources(*profile, url, mapping_sources);
    if (request.over_time != OverTime::kNo) SetTime(*profile, sources[i]);
    out.push_back(std::move(*profile));
  }
  return out;
}

Result<Side> GrabSide(std::span<const std::string> sources, const ProfileRequest& request, const Log& log) {
  Side side;
  for (size_t begin = 0; begin < sources.size(); begin += kPiece) {
    std::vector<profile::Profile> piece = GrabSome(
        sources.subspan(begin, std::min(kPiece, sources.size() - begin)), request, log, side.mapping_sources);
    if (piece.empty()) continue;
    side.count += piece.size();
    SEEP_TRY(profile::Profile combined, Combine(std::move(piece)));
    if (side.profile) {
      SEEP_TRY(combined, CombineTwo(std::move(*side.profile), std::move(combined)));
    }
    side.profile = std::move(combined);
  }
  return side;
}

struct BothSides {
  Side sources, bases;
};

// Sources and bases are asked for at the same time: with -seconds they cover the same moment. What is to be
// said of the bases is said behind what is said of the sources.
Result<BothSides> GrabBothSides(const ProfileRequest& request, const Log& log) {
  std::vector<std::string> later;
  Result<Side> sources = Side(), bases = Side();
  {
    std::jthread thread;
    if (!request.bases.empty())
      thread = std::jthread([&] {
        const Log keep({}, [&](std::string_view line) { later.emplace_back(line); });
        bases = GrabSide(request.bases, request, keep);
      });
    sources = GrabSide(request.sources, request, log);
  }
  for (const std::string& line : later) log.Warn(line);
  if (!sources)
    return Fail(sources.error().code, "problem fetching source profiles: " + sources.error().what);
  if (!bases) return Fail(bases.error().code, "problem fetching base profiles: " + bases.error().what + ",");
  if (!sources->profile) return Fail(ErrorCode::kNoEvidence, "failed to fetch any source profiles");
  if (!bases->profile && !request.bases.empty())
    return Fail(ErrorCode::kNoEvidence, "failed to fetch any base profiles");
  const auto tell = [&](size_t have, size_t wanted, std::string_view side) {
    if (have != wanted) log.Warn(fmt::format("Fetched {} {} profiles out of {}", have, side, wanted));
  };
  tell(sources->count, request.sources.size(), "source");
  tell(bases->count, request.bases.size(), "base");
  return BothSides{std::move(*sources), std::move(*bases)};
}

// The base becomes negative samples of the profile.
Result<profile::Profile> Subtract(profile::Profile from, profile::Profile base,
                                  const ProfileRequest& request) {
  if (request.diff_base) profile::SetLabel(base, "pprof::base", "true");
  if (request.normalize) SEEP_TRY_VOID(profile::Normalize(from, base));
  profile::Scale(base, -1);
  return CombineTwo(std::move(from), std::move(base));
}

// One profile for each moment -> one whose samples say which they are of.
Result<FetchedProfile> ByMoment(std::vector<profile::Profile> profiles) {
  if (profiles.size() < 2)
    return Fail(
        ErrorCode::kUsage,
        "profiles of several moments are compared, and there is one: -growth wants -base BEFORE beside "
        "the source, -trend several sources");
  FetchedProfile out;
  for (size_t i = 0; i < profiles.size(); ++i) {
    profile::SetLabel(profiles[i], pprof::kMomentLabel, std::to_string(i));
    out.moments.push_back(profiles[i].time_nanos);
  }
  SEEP_TRY(out.profile, Combine(std::move(profiles)));
  return out;
}

// -trend: every source is a moment.
Result<FetchedProfile> FetchMoments(const ProfileRequest& request, const Log& log,
                                    std::vector<MappingSource>& mapping_sources) {
  std::vector<profile::Profile> profiles = GrabSome(request.sources, request, log, mapping_sources);
  // In the order of their times, where all have one.
  if (std::ranges::none_of(profiles, [](const auto& p) { return p.time_nanos == 0; }))
    std::ranges::stable_sort(profiles, {}, &profile::Profile::time_nanos);
  return ByMoment(std::move(profiles));
}

Result<FetchedProfile> FetchSides(const ProfileRequest& request, const Log& log,
                                  std::vector<MappingSource>& mapping_sources) {
  SEEP_TRY(BothSides sides, GrabBothSides(request, log));
  mapping_sources = std::move(sides.sources.mapping_sources);
  std::ranges::move(sides.bases.mapping_sources, std::back_inserter(mapping_sources));
  FetchedProfile out{.profile = std::move(*sides.sources.profile)};
  std::optional<profile::Profile>& base = sides.bases.profile;
  if (request.over_time == OverTime::kAgainstBase) {
    std::vector<profile::Profile> moments;
    if (base) moments.push_back(std::move(*base));
    moments.push_back(std::move(out.profile));
    return ByMoment(std::move(moments));
  }
  if (base) {
    SEEP_TRY(out.profile, Subtract(std::move(out.profile), std::move(*base), request));
  }
  return out;
}

}  // namespace

Result<FetchedProfile> FetchProfiles(const ProfileRequest& request, const Log& log) {
  std::vector<MappingSource> mapping_sources;
  SEEP_TRY(FetchedProfile out, request.over_time == OverTime::kWhole
                                   ? FetchMoments(request, log, mapping_sources)
                                   : FetchSides(request, log, mapping_sources));
  out.remote = !mapping_sources.empty();  // a profile has a mapping, be it an empty one
  const RemoteNames remote{mapping_sources, request.http};
  SEEP_TRY_VOID(Symbolize(out.profile, request.symbolize, remote, log));
  // A profile whose own expression is wrong is shown unpruned, as pprof does without a word.
  if (const Status pruned = profile::RemoveUninteresting(out.profile); !pruned)
    log.Progress(pruned.error().what);
  ForgetUrls(out.profile);
  if (!request.comment.empty()) out.profile.comments.push_back(out.profile.strings.Intern(request.comment));
  return out;
}

}  // namespace seep::pipeline

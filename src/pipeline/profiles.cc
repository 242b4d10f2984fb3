#include "pipeline/profiles.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "capture/files.h"
#include "capture/http.h"
#include "capture/url.h"
#include "parse/pprof/any.h"
#include "pipeline/symbolize.h"
#include "profile/merge.h"
#include "profile/prune.h"

namespace seep::pipeline {
namespace {

struct Grabbed {
  std::optional<profile::Profile> profile;
  size_t count = 0;
  bool remote = false;
};

// The URL a source means, with pprof's defaults; empty if it means none: then it can only be a file.
std::string ProfileUrl(const std::string& source, const ProfileRequest& request, int64_t& timeout) {
  if (source.find("://") == std::string::npos && !capture::LooksLikeHostPort(source)) return {};
  std::string text = source;
  constexpr std::string_view kInsecure = "https+insecure://";
  const bool insecure = text.starts_with(kInsecure);
  if (insecure) text.replace(0, kInsecure.size(), "https://");
  auto url = capture::ParseUrl(text);
  if (!url) return {};
  if (url->path.empty() || url->path == "/") url->path = "/debug/pprof/profile";
  int64_t seconds = request.seconds;
  if (seconds > 0) {
    url->query += (url->query.empty() ? "seconds=" : "&seconds=") + std::to_string(seconds);
  } else if (const size_t at = url->query.find("seconds="); at != std::string::npos) {
    seconds = std::atoll(url->query.c_str() + at + 8);
  }
  timeout = request.timeout > 0 ? request.timeout : seconds > 0 ? seconds + seconds / 2 : 60;
  return (insecure ? "https+insecure" : url->scheme) + url->Text().substr(url->scheme.size());
}

Result<profile::Profile> FetchUrl(const std::string& url, int64_t timeout, const ProfileRequest& request) {
  capture::HttpOptions http = request.http;
  http.timeout = std::chrono::seconds(timeout + 5);
  std::string text = url;
  if (text.starts_with("https+insecure")) {
    http.insecure = true;
    text.erase(5, std::string_view("+insecure").size());
  }
  SEEP_TRY(capture::HttpAnswer answer, capture::Get({text, ""}, http));
  return parse::pprof::ReadAnyProfile(std::move(answer.body), request.limits);
}

// Why a file that is there cannot be read, as Go words it.
Error Unreadable(const std::string& path, const Error& error) {
  if (error.code == ErrorCode::kPermission)
    return {error.code, fmt::format("open {}: permission denied", path), path, error.hint};
  std::string why = error.what;
  if (!why.empty() && why[0] >= 'A' && why[0] <= 'Z') why[0] = static_cast<char>(why[0] - 'A' + 'a');
  return {error.code, fmt::format("read {}: {}", path, why), path, error.hint};
}

Result<profile::Profile> GrabFile(const std::string& path, Bytes bytes, const ProfileRequest& request,
                                  const Log& log) {
  if (!bytes.view().starts_with("PERFILE2"))
    return parse::pprof::ReadAnyProfile(std::move(bytes), request.limits);
  // What perf record writes, which pprof leaves to another program.
  log.Warn(fmt::format("Converting {} to a profile.proto... (May take a few minutes)", path));
  return Fail(ErrorCode::kUnsupported,
              "failed to convert perf.data file. Try github.com/google/perf_data_converter: exec: "
              "\"perf_to_profile\": executable file not found in $PATH");
}

Result<profile::Profile> Grab(const std::string& source, const ProfileRequest& request, const Log& log,
                              bool& remote) {
  auto bytes = source == "/dev/null" ? Bytes() : capture::ReadFile(source, request.max_file);
  if (bytes) return GrabFile(source, std::move(*bytes), request, log);
  if (bytes.error().code != ErrorCode::kNotFound) return std::unexpected(Unreadable(source, bytes.error()));
  int64_t timeout = 0;
  const std::string url = ProfileUrl(source, request, timeout);
  if (url.empty())
    return Fail(ErrorCode::kNotFound, fmt::format("stat {}: no such file or directory", source));
  log.Warn(fmt::format("Fetching profile over HTTP from {}", url));
  if (request.seconds > 0) log.Warn(fmt::format("Please wait... ({}s)", request.seconds));
  remote = true;
  return FetchUrl(url, timeout, request);
}

// A profile without mappings gets one, so that there is a main binary to name.
void NameBinary(profile::Profile& p, const ProfileRequest& request) {
  if (p.mappings.size() == 1) {
    p.mappings.emplace_back();
    for (profile::Location& l : p.locations) l.mapping = {1};
    p.locations[0].mapping = {};
  }
  profile::Mapping& main = p.mappings[1];
  if (!request.executable.empty()) main.file = p.strings.Intern(request.executable);
  if (!request.build_id.empty() && !main.build_id) main.build_id = p.strings.Intern(request.build_id);
}

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

// In pieces of 128, as pprof does: what is merged first decides ids and thereby the order of what is printed.
Result<Grabbed> GrabAll(const std::vector<std::string>& sources, const ProfileRequest& request,
                        const Log& log) {
  constexpr size_t kPiece = 128;
  Grabbed all;
  for (size_t begin = 0; begin < sources.size(); begin += kPiece) {
    std::vector<profile::Profile> piece;
    for (size_t i = begin; i < sources.size() && i < begin + kPiece; ++i) {
      auto profile = Grab(sources[i], request, log, all.remote);
      if (!profile) {
        log.Warn(fmt::format("{}: {}", sources[i], profile.error().what));
        continue;
      }
      NameBinary(*profile, request);
      if (request.over_time != pprof::Report::OverTime::kNo) SetTime(*profile, sources[i]);
      piece.push_back(std::move(*profile));
    }
    if (piece.empty()) continue;
    all.count += piece.size();
    SEEP_TRY(profile::Profile combined, Combine(std::move(piece)));
    if (all.profile) {
      std::vector<profile::Profile> both;
      both.push_back(std::move(*all.profile));
      both.push_back(std::move(combined));
      SEEP_TRY(combined, Combine(std::move(both)));
    }
    all.profile = std::move(combined);
  }
  return all;
}

Result<Grabbed> GrabSide(const std::vector<std::string>& sources, std::string_view side,
                         std::string_view tail, const ProfileRequest& request, const Log& log) {
  auto grabbed = GrabAll(sources, request, log);
  if (!grabbed)
    return Fail(grabbed.error().code,
                fmt::format("problem fetching {} profiles: {}{}", side, grabbed.error().what, tail));
  return grabbed;
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
Result<FetchedProfile> FetchMoments(const ProfileRequest& request, const Log& log) {
  std::vector<profile::Profile> profiles;
  bool remote = false;
  for (const std::string& source : request.sources) {
    auto profile = Grab(source, request, log, remote);
    if (!profile) {
      log.Warn(fmt::format("{}: {}", source, profile.error().what));
      continue;
    }
    NameBinary(*profile, request);
    SetTime(*profile, source);
    profiles.push_back(std::move(*profile));
  }
  // In the order of their times, where all have one.
  if (std::ranges::none_of(profiles, [](const auto& p) { return p.time_nanos == 0; }))
    std::ranges::stable_sort(profiles, {}, &profile::Profile::time_nanos);
  SEEP_TRY(FetchedProfile out, ByMoment(std::move(profiles)));
  out.remote = remote;
  return out;
}

Result<FetchedProfile> Subtract(Grabbed sources, std::optional<profile::Profile> base,
                                const ProfileRequest& request) {
  FetchedProfile out{.profile = std::move(*sources.profile)};
  if (!base) return out;
  if (request.diff_base) profile::SetLabel(*base, "pprof::base", "true");
  if (request.normalize) SEEP_TRY_VOID(profile::Normalize(out.profile, *base));
  profile::Scale(*base, -1);
  std::vector<profile::Profile> both;
  both.push_back(std::move(out.profile));
  both.push_back(std::move(*base));
  SEEP_TRY(out.profile, Combine(std::move(both)));
  return out;
}

// The sources as one moment, the base as the one before it.
Result<FetchedProfile> AgainstBase(Grabbed sources, std::optional<profile::Profile> base) {
  std::vector<profile::Profile> both;
  if (base) both.push_back(std::move(*base));
  both.push_back(std::move(*sources.profile));
  return ByMoment(std::move(both));
}

Result<FetchedProfile> FetchSides(const ProfileRequest& request, const Log& log) {
  SEEP_TRY(Grabbed sources, GrabSide(request.sources, "source", "", request, log));
  SEEP_TRY(Grabbed bases, GrabSide(request.bases, "base", ",", request, log));
  if (!sources.profile) return Fail(ErrorCode::kNoEvidence, "failed to fetch any source profiles");
  if (!bases.profile && !request.bases.empty())
    return Fail(ErrorCode::kNoEvidence, "failed to fetch any base profiles");
  const auto tell = [&](size_t have, size_t wanted, std::string_view side) {
    if (have != wanted) log.Warn(fmt::format("Fetched {} {} profiles out of {}", have, side, wanted));
  };
  tell(sources.count, request.sources.size(), "source");
  tell(bases.count, request.bases.size(), "base");
  const bool remote = sources.remote || bases.remote;
  auto out = request.over_time == pprof::Report::OverTime::kAgainstBase
                 ? AgainstBase(std::move(sources), std::move(bases.profile))
                 : Subtract(std::move(sources), std::move(bases.profile), request);
  if (out) out->remote = remote;
  return out;
}

}  // namespace

Result<FetchedProfile> FetchProfiles(ProfileRequest request, const Log& log) {
  // The first of several may be the program instead.
  if (request.sources.size() > 1 && IsObjectFile(request.sources.front())) {
    request.executable = request.sources.front();
    request.sources.erase(request.sources.begin());
  }
  SEEP_TRY(FetchedProfile out, request.over_time == pprof::Report::OverTime::kWhole
                                   ? FetchMoments(request, log)
                                   : FetchSides(request, log));
  Symbolize(out.profile, request.symbolize, log);
  // A profile whose own expression is wrong is shown unpruned, as pprof does without a word.
  if (const Status pruned = profile::RemoveUninteresting(out.profile); !pruned)
    log.Progress(pruned.error().what);
  if (!request.comment.empty()) out.profile.comments.push_back(out.profile.strings.Intern(request.comment));
  return out;
}

}  // namespace seep::pipeline

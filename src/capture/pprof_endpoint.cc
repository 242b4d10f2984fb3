#include "capture/pprof_endpoint.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/cursor.h"
#include "base/text.h"
#include "capture/http_errors.h"
#include "capture/url.h"

namespace seep::capture {
namespace {

constexpr std::string_view kProbe = "goroutine?debug=1";
constexpr uint64_t kMaxIndex = uint64_t{1} << 20;
constexpr std::array<std::string_view, 11> kProfiles = {"goroutine", "heap",  "allocs",       "threadcreate",
                                                        "block",     "mutex", "cmdline",      "profile",
                                                        "symbol",    "trace", "goroutineleak"};

bool IsProfileName(std::string_view name) {
  return std::ranges::find(kProfiles, name) != kProfiles.end();
}

bool LooksLikeHtml(const HttpAnswer& answer) {
  return answer.content_type == "text/html" || Trim(answer.body.view().substr(0, 256)).starts_with('<');
}

std::string_view LastSegment(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

// Folders in which the handlers may be, most likely first.
std::vector<std::string> Candidates(const Url& url) {
  std::vector<std::string> found;
  auto add = [&](std::string path) {
    if (std::ranges::find(found, path) == found.end()) found.push_back(std::move(path));
  };
  std::string path = url.path;
  // net/http/pprof's own pages lie side by side: .../goroutine has its siblings in its folder.
  if (IsProfileName(LastSegment(path))) path.resize(path.rfind('/') + 1);
  if (!path.ends_with('/')) path += '/';
  if (path != "/") add(path);
  if (!path.ends_with("/pprof/")) add(path + "debug/pprof/");
  if (path.ends_with("/debug/")) add(path + "pprof/");
  add("/debug/pprof/");
  add(path);
  return found;
}

// Where /metrics and /debug/vars are looked for: beside the handlers when those are in the usual place behind
// a prefix (an ingress that serves several applications), at the host's root otherwise.
std::string RootOf(const Url& url, const std::string& folder) {
  constexpr std::string_view kUsual = "/debug/pprof/";
  if (!folder.ends_with(kUsual)) return url.Origin();
  return url.Origin() + folder.substr(0, folder.size() - kUsual.size());
}

// Errors after which another path on the same host cannot do better.
bool IsFinal(const Error& error) {
  if (error.code == ErrorCode::kNotFound || error.code == ErrorCode::kPermission) return false;
  return !error.what.starts_with("expected status 200");
}

struct Attempts {
  std::string text;
  std::optional<Error> refused;
  std::optional<Error> failed;  // of the first place: it is where pprof usually is

  void Note(const std::string& url, const std::string& why) {
    text += fmt::format("{}{} ({})", text.empty() ? "" : ", ", url, why);
  }
};

bool LeakProfileListed(const std::string& base, const Fetch& fetch) {
  const auto index = fetch(base, kMaxIndex);
  return index.has_value() && index->body.view().find("goroutineleak") != std::string_view::npos;
}

void TryFolder(const Url& url, const std::string& folder, const Fetch& fetch, const Clock& clock,
               PprofEndpoint& endpoint, Attempts& attempts, std::optional<Error>& final_error) {
  const Time at = clock.now();
  const std::string base = url.Origin() + folder;
  auto answer = fetch(base + std::string(kProbe), UINT64_MAX);
  if (answer.has_value()) {
    if (GoroutineTotal(answer->body.view())) {
      // After a redirect (http -> https) the later requests go straight to where the answer came from.
      std::string final_base = answer->url.substr(0, answer->url.rfind("goroutine"));
      endpoint.base = final_base.empty() ? base : final_base;
      if (const auto final_url = ParseUrl(endpoint.base)) endpoint.root = RootOf(*final_url, final_url->path);
      endpoint.probe = {at, std::move(*answer)};
      return;
    }
    attempts.Note(base, LooksLikeHtml(*answer) ? "an HTML page" : "no goroutine profile");
    return;
  }
  Error& error = answer.error();
  if (IsFinal(error)) {
    final_error = std::move(error);
    return;
  }
  if (error.code == ErrorCode::kPermission && !attempts.refused) attempts.refused = error;
  // "Bad gateway" or "internal server error" says nothing about whether pprof is mounted there.
  if (error.code == ErrorCode::kUnavailable && attempts.text.empty()) attempts.failed = error;
  attempts.Note(base, error.what);
}

Error NoPprof(const std::string& text, Attempts attempts) {
  if (attempts.refused) return std::move(*attempts.refused);
  if (attempts.failed) return std::move(*attempts.failed);
  return {ErrorCode::kNotFound, "expected pprof handlers, found none at " + attempts.text, text,
          "add import _ \"net/http/pprof\" and serve http.DefaultServeMux, or give the URL under which they "
          "are mounted"};
}

struct Kind {
  std::string_view name;
  std::string_view query;  // "?debug=1" or empty
  bool required = false;
};

void Ask(PprofEndpoint& endpoint, const Asking& asking, Round& round, const std::string& name,
         const std::string& url, bool required, bool (*accept)(const HttpAnswer&) = nullptr) {
  if (endpoint.absent.contains(name)) return;
  asking.progress(name);
  const Time at = round.Now();
  auto answer = asking.fetch(url, UINT64_MAX);
  if (answer.has_value() && (accept == nullptr || accept(*answer))) {
    round.Add(name, answer->url, at, std::move(answer->body));
    return;
  }
  if (answer.has_value() || (!required && answer.error().code == ErrorCode::kNotFound)) {
    endpoint.absent.insert(name);
    return;
  }
  round.AddError(name, url, at, std::move(answer.error()));
}

// Go's own answer to an unknown profile is status 404, a catch-all page's is 200 and HTML.
bool NotHtml(const HttpAnswer& answer) {
  return !LooksLikeHtml(answer);
}
bool IsJson(const HttpAnswer& answer) {
  return Trim(answer.body.view().substr(0, 256)).starts_with('{');
}

std::optional<Error> WhyNoDump(const CaptureOptions& options, std::optional<uint64_t> total,
                               const std::string& url) {
  if (!options.stop_the_world) {
    return Error{ErrorCode::kUnsupported, "not asked for, since it stops the world: --no-stw", url,
                 "leave out --no-stw"};
  }
  if (!total) {
    return Error{ErrorCode::kUnsupported,
                 "not asked for: the number of goroutines is not known, and it stops the world", url,
                 "goroutine?debug=1 has to work first"};
  }
  if (*total > options.dump_budget) {
    return Error{
        ErrorCode::kTooLarge,
        fmt::format(
            "not asked for: it would stop the world while it writes {} goroutines, more than the {} allowed",
            FormatCount(*total), FormatCount(options.dump_budget)),
        url, fmt::format("--dump-budget {} allows it", *total)};
  }
  return std::nullopt;
}

}  // namespace

std::vector<PprofPlace> PprofPlaces(const Url& url) {
  std::vector<PprofPlace> places;
  for (const std::string& folder : Candidates(url))
    places.push_back({url.Origin() + folder, RootOf(url, folder)});
  return places;
}

std::optional<uint64_t> GoroutineTotal(std::string_view debug1) {
  Cursor in(debug1);
  if (!in.Skip("goroutine profile: total ")) return std::nullopt;
  return in.Decimal();
}

Result<PprofEndpoint> FindPprof(const std::string& text, const Fetch& fetch, const Clock& clock) {
  SEEP_TRY(const Url url, ParseUrl(text));
  PprofEndpoint endpoint;
  Attempts attempts;
  std::optional<Error> final_error;
  for (const std::string& folder : Candidates(url)) {
    TryFolder(url, folder, fetch, clock, endpoint, attempts, final_error);
    if (final_error) return Fail(std::move(*final_error));
    if (endpoint.base.empty()) continue;
    endpoint.has_leak_profile = LeakProfileListed(endpoint.base, fetch);
    return endpoint;
  }
  const std::string_view last = LastSegment(url.path);
  if (!last.empty()) {
    const auto answer = fetch(url.Text(), UINT64_MAX);
    if (answer.has_value() && !LooksLikeHtml(*answer) && !answer->body.empty()) {
      endpoint.single = url.Text();
      return endpoint;
    }
  }
  return Fail(NoPprof(url.Text(), std::move(attempts)));
}

void TakeGoroutines(PprofEndpoint& endpoint, const Asking& asking, Round& round) {
  if (endpoint.base.empty()) {
    const auto url = ParseUrl(endpoint.single);
    const std::string name(url ? LastSegment(url->path) : std::string_view("evidence"));
    Ask(endpoint, asking, round, url && !url->query.empty() ? name + "?" + url->query : name, endpoint.single,
        true);
    return;
  }
  std::optional<uint64_t> total;
  const std::string probe_url = endpoint.base + std::string(kProbe);
  PprofEndpoint::Probe probe;
  if (endpoint.probe) {
    probe = std::move(*endpoint.probe);
    endpoint.probe.reset();
    total = GoroutineTotal(probe.answer.body.view());
    round.Add(std::string(kProbe), probe_url, probe.at, std::move(probe.answer.body));
  } else {
    asking.progress(std::string(kProbe));
    const Time at = round.Now();
    auto answer = asking.fetch(probe_url, UINT64_MAX);
    if (answer.has_value()) {
      total = GoroutineTotal(answer->body.view());
      round.Add(std::string(kProbe), probe_url, at, std::move(answer->body));
    } else {
      round.AddError(std::string(kProbe), probe_url, at, std::move(answer.error()));
      return;  // what has just failed to count its goroutines is not asked for more of them
    }
  }
  Ask(endpoint, asking, round, "goroutine?debug=0", endpoint.base + "goroutine?debug=0", true);
  const std::string dump_url = endpoint.base + "goroutine?debug=2";
  if (auto why = WhyNoDump(asking.options, total, dump_url)) {
    round.AddError("goroutine?debug=2", dump_url, round.Now(), std::move(*why));
  } else {
    Ask(endpoint, asking, round, "goroutine?debug=2", dump_url, true);
  }
}

void TakeHeap(PprofEndpoint& endpoint, const Asking& asking, Round& round) {
  if (endpoint.base.empty()) return;
  Ask(endpoint, asking, round, "heap", endpoint.base + "heap", true);
  Ask(endpoint, asking, round, "heap?debug=1", endpoint.base + "heap?debug=1", true);
}

void TakeOthers(PprofEndpoint& endpoint, const Asking& asking, Round& round) {
  if (endpoint.base.empty()) return;
  for (const char* name : {"threadcreate", "block", "mutex", "cmdline"}) {
    Ask(endpoint, asking, round, name, endpoint.base + name, false, NotHtml);
  }
  Ask(endpoint, asking, round, "metrics", endpoint.root + "/metrics", false, NotHtml);
  Ask(endpoint, asking, round, "vars", endpoint.root + "/debug/vars", false, IsJson);
}

void TakeLeakProfile(PprofEndpoint& endpoint, const Asking& asking, Round& round) {
  if (endpoint.base.empty() || !endpoint.has_leak_profile) return;
  Ask(endpoint, asking, round, "goroutineleak?debug=1", endpoint.base + "goroutineleak?debug=1", false,
      NotHtml);
}

}  // namespace seep::capture

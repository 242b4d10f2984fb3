#include "capture/script.h"

#include <fmt/format.h>

#include <algorithm>

#include "capture/live.h"
#include "capture/script_text.h"
#include "capture/url.h"

namespace seep::capture {
namespace {

// One word for sh, whatever it holds.
std::string Quoted(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'')
      quoted += "'\\''";
    else
      quoted += c;
  }
  return quoted + "'";
}

struct Wanted {
  std::optional<Live> url;
  std::optional<uint64_t> pid;
};

Result<Wanted> Choose(const std::vector<model::TargetSpec>& targets, const CaptureOptions& options) {
  Wanted wanted;
  wanted.pid = options.pid;
  for (const model::TargetSpec& spec : targets) {
    using Kind = model::TargetSpec::Kind;
    if (spec.kind != Kind::kUrl && spec.kind != Kind::kUnix && spec.kind != Kind::kPid) {
      return Fail(ErrorCode::kUsage, "a script asks a running service: expected a URL or a pid", spec.text);
    }
    SEEP_TRY(Live live, MakeLive(spec));
    const bool taken = spec.kind == Kind::kPid ? wanted.pid.has_value() : wanted.url.has_value();
    if (taken)
      return Fail(ErrorCode::kUsage, "a script is for one process: one URL, one pid", spec.text,
                  "write one script per process");
    if (spec.kind == Kind::kPid)
      wanted.pid = live.pid;
    else
      wanted.url = std::move(live);
  }
  if (!wanted.url && !wanted.pid) {
    return Fail(ErrorCode::kUsage, "expected a URL or a pid, found neither", "--script",
                "seep capture --script http://127.0.0.1:6060 > capture.sh");
  }
  return wanted;
}

// "@:6060" lets the script put its host's name before it: evidence of many hosts must not look like that of
// one.
std::string TargetName(const Wanted& wanted, const std::optional<Url>& url) {
  if (!url) return fmt::format("@ pid {}", *wanted.pid);
  if (!wanted.url->unix_socket.empty()) return "@ " + wanted.url->name;
  if (IsThisHost(url->host)) return fmt::format("@:{}", url->port);
  return wanted.url->name;
}

int64_t WholeSeconds(Duration d) {
  return std::max<int64_t>(1, std::chrono::round<std::chrono::seconds>(d).count());
}

}  // namespace

Result<std::string> CaptureScript(const std::vector<model::TargetSpec>& targets,
                                  const CaptureOptions& options) {
  SEEP_TRY(const Wanted wanted, Choose(targets, options));
  std::optional<Url> url;
  std::string places;
  if (wanted.url) {
    SEEP_TRY(url, ParseUrl(wanted.url->url));
    for (const PprofPlace& place : PprofPlaces(*url))
      places += fmt::format("{} {}\n", place.base, place.root);
  }
  const bool loopback = url && wanted.url->unix_socket.empty() && IsThisHost(url->host);
  std::string script =
      "#!/bin/sh\n"
      "# Evidence of one Go process for seep, taken with sh and curl, wget or nc. Written by: seep capture "
      "--script\n"
      "#   sh capture.sh > FILE.seep                                        then, where seep is: seep "
      "diagnose FILE.seep\n"
      "#   kubectl exec -i POD -- sh -s < capture.sh > FILE.seep\n"
      "#   ssh HOST sh -s < capture.sh > FILE.seep\n"
      "# It reads and asks, and changes nothing. Command lines and environments are left out: they hold "
      "secrets.\n"
      "# SEEP_PID: the process, where the one below is not it. SEEP_BEARER: a token for the URL.\n\n";
  auto line = [&](const char* name, const std::string& value) {
    script += fmt::format("{}={}\n", name, value);
  };
  line("URL", Quoted(wanted.url ? wanted.url->text : ""));
  line("PLACES", Quoted(places));
  line("SOCKET", Quoted(wanted.url ? wanted.url->unix_socket : ""));
  line("PORT", loopback ? std::to_string(url->port) : "");
  line("PID", fmt::format("${{SEEP_PID:-{}}}", wanted.pid ? std::to_string(*wanted.pid) : ""));
  line("TARGET", Quoted(TargetName(wanted, url)));
  line("ROUNDS", std::to_string(std::max(1, options.samples)));
  line("INTERVAL", std::to_string(WholeSeconds(options.interval)));
  line("TIMEOUT", std::to_string(WholeSeconds(options.http.timeout)));
  line("BUDGET", std::to_string(options.dump_budget));
  line("STW", options.stop_the_world ? "1" : "");
  line("INSECURE", options.http.insecure ? "1" : "");
  return script + kScriptBody;
}

}  // namespace seep::capture

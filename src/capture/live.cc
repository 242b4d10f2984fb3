#include "capture/live.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/cursor.h"
#include "base/text.h"
#include "capture/proc.h"
#include "capture/url.h"

namespace seep::capture {
namespace {

constexpr char kKernelEvidence[] = "sockets, fds and memory as the kernel counts it";
constexpr uint64_t kMaxCmdline = uint64_t{4} << 20;

Fetch MakeFetch(const Live& live, const HttpOptions& options) {
  return [socket = live.unix_socket, options](const std::string& url, uint64_t max_body) {
    HttpOptions limited = options;
    limited.max_body = std::min(limited.max_body, max_body);
    return Get({url, socket}, limited);
  };
}

std::string List(const std::vector<uint64_t>& pids) {
  std::string text;
  for (const uint64_t pid : pids) text += fmt::format("{}{}", text.empty() ? "" : ", ", pid);
  return text;
}

// Decides which of the candidates serves the endpoint, once it can be asked.
void ConfirmOwner(Live& live, const Fetch& fetch, const CaptureOptions& options, const Log& log) {
  if (!live.pid && live.owner.pids.empty()) return;
  std::string_view served;
  Result<HttpAnswer> answer = Fail(Error{});
  if (!live.endpoint->base.empty()) answer = fetch(live.endpoint->base + "cmdline", kMaxCmdline);
  if (answer.has_value() && answer->content_type != "text/html") served = answer->body.view();
  if (live.pid) {
    if (!served.empty() && CheckProcess(options.proc_root, *live.pid) &&
        !IsProbablySame(options.proc_root, *live.pid, served)) {
      log.Warn(fmt::format("pid {} has another command line than the service at {}: is it the same process?",
                           *live.pid, live.text));
    }
    return;
  }
  std::vector<uint64_t> same;
  for (const uint64_t pid : live.owner.pids) {
    if (IsProbablySame(options.proc_root, pid, served)) same.push_back(pid);
  }
  if (same.size() == 1) {
    live.pid = same.front();
  } else if (same.size() > 1) {
    live.gaps.push_back({kKernelEvidence,
                         fmt::format("{} is served by several processes: {}", live.name, List(same)),
                         fmt::format("seep diagnose {} --pid {}", live.text, same.front())});
  } else {
    const uint64_t pid = live.owner.pids.front();
    live.gaps.push_back({kKernelEvidence,
                         fmt::format("the listener on {} is {} (pid {}), which only forwards to the service",
                                     live.name, ProcessName(options.proc_root, pid), pid),
                         "give the pid of the service itself: --pid PID, or run seep where it runs"});
  }
  live.owner.pids.clear();
}

bool IsDump(const model::Artifact& a, int round) {
  return a.round == round && a.name == "goroutine?debug=2";
}

bool HasDump(const std::vector<model::Artifact>& artifacts, int round) {
  return std::ranges::any_of(artifacts,
                             [&](const model::Artifact& a) { return IsDump(a, round) && !a.error; });
}

void DropRefusedDump(std::vector<model::Artifact>& artifacts, int round) {
  std::erase_if(artifacts, [&](const model::Artifact& a) { return IsDump(a, round) && a.error.has_value(); });
}

// Nothing that takes longer than the memory moves.
void TakeMemoryOnly(Live& live, std::optional<uint64_t> pid, const Asking& asking, Round& round) {
  if (pid && asking.options.look_inside)
    asking.options.look_inside({std::to_string(*pid), false, !live.endpoint, !live.endpoint, true}, round);
  if (pid) TakeMemory(asking.options, *pid, round);
  if (live.endpoint) TakeHeap(*live.endpoint, asking, round);
}

}  // namespace

Result<Live> MakeLive(const model::TargetSpec& spec) {
  Live live;
  live.text = spec.text;
  if (spec.kind == model::TargetSpec::Kind::kPid) {
    Cursor in(spec.text);
    live.pid = in.Decimal();
    if (!live.pid || !in.AtEnd() || *live.pid == 0) {
      return Fail(ErrorCode::kUsage, "expected a process id, a positive number", spec.text);
    }
    live.pid_given = true;
    live.name = fmt::format("pid {}", *live.pid);
    return live;
  }
  if (spec.kind == model::TargetSpec::Kind::kUnix) {
    std::string_view rest = std::string_view(spec.text).substr(std::string_view("unix:").size());
    const size_t colon = rest.find(":/");
    live.unix_socket = rest.substr(0, colon);
    live.url = "http://localhost";
    if (colon != std::string_view::npos) live.url += rest.substr(colon + 1);
    live.name = "unix:" + live.unix_socket;
    return live;
  }
  SEEP_TRY(const Url url, ParseUrl(spec.text));
  live.url = spec.text;
  live.name = url.HostPort();
  live.text = url.Text();
  if (url.Request() == "/") live.text.pop_back();
  return live;
}

void FindOwner(Live& live, const CaptureOptions& options) {
  if (live.pid || live.url.empty() || !options.local_process) return;
  if (!live.unix_socket.empty()) {
    live.owner = FindUnixOwner(options.proc_root, live.unix_socket);
  } else {
    const auto url = ParseUrl(live.url);
    if (!url.has_value()) return;
    if (!IsThisHost(url->host)) {
      live.gaps.push_back(
          {kKernelEvidence, fmt::format("{} is on another host", live.name),
           fmt::format("run seep there, or: seep capture --script {} > capture.sh, and run that there",
                       live.text)});
      return;
    }
    live.owner = FindTcpOwner(options.proc_root, url->host, url->port);
  }
  if (!live.owner.pids.empty()) return;
  live.gaps.push_back({kKernelEvidence,
                       live.owner.denied
                           ? fmt::format("the process behind {} belongs to another user", live.name)
                           : fmt::format("no process of this host was found listening on {}", live.name),
                       live.owner.denied ? "run seep as that user or as root (sudo)"
                                         : fmt::format("seep diagnose {} --pid PID", live.text)});
}

void TakeRound(Live& live, int number, const std::string& progress_prefix, const CaptureOptions& options,
               const Clock& clock, const Log& log) {
  Round round(live.name, number, clock, live.artifacts);
  const Fetch fetch = MakeFetch(live, options.http);
  const Asking asking{options, fetch, [&](const std::string& what) {
                        log.Progress(fmt::format("{}: {} {}", progress_prefix, live.text, what));
                      }};
  if (!live.url.empty() && !live.endpoint) {
    asking.progress("goroutines");
    const Time at = clock.now();
    auto found = FindPprof(live.url, fetch, clock);
    if (found.has_value()) {
      live.endpoint = std::move(*found);
      ConfirmOwner(live, fetch, options, log);
    } else {
      round.AddError("goroutine?debug=1", live.text, at, std::move(found.error()));
    }
  }
  const bool web = live.endpoint.has_value();
  std::optional<uint64_t> pid = live.pid;
  if (pid) {
    if (auto exists = CheckProcess(options.proc_root, *pid); !exists.has_value()) {
      round.AddError("proc/status", fmt::format("{}/{}", options.proc_root, *pid), clock.now(),
                     std::move(exists.error()));
      pid.reset();
    }
  }
  if (options.memory_only) return TakeMemoryOnly(live, pid, asking, round);
  if (web) TakeGoroutines(*live.endpoint, asking, round);
  if (pid && options.look_inside) {
    asking.progress("memory of the Go program");
    // What the endpoint was not asked for, because it would stop the world, costs nothing from outside.
    const bool dumped = HasDump(live.artifacts, number);
    options.look_inside({std::to_string(*pid), !dumped, !web, !web}, round);
    if (!dumped && HasDump(live.artifacts, number)) DropRefusedDump(live.artifacts, number);
  }
  if (pid) asking.progress("sockets and memory");
  if (pid) TakeSockets(options, *pid, round);
  if (pid) TakeMemory(options, *pid, round);
  if (web) TakeHeap(*live.endpoint, asking, round);
  if (web) TakeOthers(*live.endpoint, asking, round);
  if (web) TakeLeakProfile(*live.endpoint, asking, round);
}

}  // namespace seep::capture

// seep sockets: the TCP connections of a process, each with the goroutine that waits on it.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <utility>

#include "cli/flags.h"
#include "cli/terminal.h"
#include "pipeline/goroutines.h"
#include "pipeline/sockets.h"
#include "report/sockets.h"

namespace seep::cli {
extern const Command command_sockets;

namespace {

// "ESTABLISHED", "estab", "close-wait".
Result<model::TcpState> ParseState(std::string text) {
  std::ranges::replace(text, '-', '_');
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  std::string known;
  for (int i = static_cast<int>(model::TcpState::kEstablished);
       i <= static_cast<int>(model::TcpState::kClosing); ++i) {
    const auto state = static_cast<model::TcpState>(i);
    const std::string_view name = model::TcpStateName(state);
    if (name == text || (text == "ESTAB" && state == model::TcpState::kEstablished)) return state;
    known += fmt::format("{}{}", known.empty() ? "" : ", ", name);
  }
  return Fail(ErrorCode::kUsage, fmt::format("expected one of {}", known), "--state");
}

struct ListFlags {
  std::vector<std::string> by;
  std::string state, remote, idle = "0s";
  size_t top = 20;
  AllFlag all;
  bool json = false;
  int verbose = 0;

  void Add(CLI::App& app) {
    all.Add(app);
    app.add_option("--by", by, "What makes connections one group (default: all three)")
        ->group("List")
        ->delimiter(',')
        ->check(CLI::IsMember({"remote", "state", "goroutine"}));
    app.add_option("--state", state, "Only those in this state: ESTABLISHED, CLOSE_WAIT")->group("List");
    app.add_option("--remote", remote, "Only those whose peer has this in its ADDRESS:PORT")->group("List");
    app.add_option("--idle", idle, "Only those over which no byte went for so long")
        ->group("List")
        ->capture_default_str();
    app.add_option("--top", top, "At most so many groups; 0: all")->group("List")->capture_default_str();
    app.add_flag("-v", verbose, "Every connection too")->group("List");
    app.add_flag("--json", json, "Print as JSON (schema seep.sockets/1)")->group("Output");
  }

  Result<detect::SocketOptions> Read() const {
    detect::SocketOptions out;
    if (!by.empty()) {
      const auto has = [&](const char* word) { return std::ranges::find(by, word) != by.end(); };
      out.by_peer = has("remote");
      out.by_state = has("state");
      out.by_goroutine = has("goroutine");
    }
    if (!state.empty()) {
      SEEP_TRY(out.state, ParseState(state));
    }
    out.remote = remote;
    const auto age = ParseDuration(idle);
    if (!age || Seconds(*age) * 1000 > UINT32_MAX)
      return Fail(ErrorCode::kUsage, fmt::format("expected a time such as 5m or 2h, found \"{}\"", idle),
                  "--idle", "the kernel counts 49 days at most");
    out.idle_ms = static_cast<uint32_t>(Seconds(*age) * 1000);
    return out;
  }
};

std::vector<report::SocketTarget> Targets(const std::vector<pipeline::SocketLists>& found) {
  std::vector<report::SocketTarget> out;
  for (const pipeline::SocketLists& target : found)
    for (const model::SocketList& one : target.lists) out.push_back({&one, &target.stacks});
  return out;
}

int Run(int argc, const char* const* argv) {
  CLI::App app;
  SharedFlags flags;
  ListFlags list;
  flags.AddTargets(app, false);
  list.Add(app);
  flags.AddCapture(app);
  flags.AddLimits(app);
  if (const int status = ParseFlags(app, command_sockets, argc, argv); status >= 0) return status;
  if (const auto read = flags.Read(); !read) return PrintFailure(read.error());
  const auto groups = list.Read();
  if (!groups) return PrintFailure(groups.error());
  if (const auto targets = list.all.Read(flags); !targets) return PrintFailure(targets.error());
  const auto found = pipeline::ListSockets(flags.targets, flags.options, *groups, capture::SystemClock(),
                                           ProgressLog(false));
  if (!found) return PrintFailure(found.error());
  EndProgress();
  const report::Style style = TerminalStyle(list.verbose);
  if (list.json) {
    PrintOut(report::SocketsJson(Targets(*found), style));
    return kExitClean;
  }
  bool first = true;
  for (const pipeline::SocketLists& target : *found)
    for (const model::SocketList& one : target.lists) {
      if (!std::exchange(first, false)) PrintOut("\n");
      PrintOut(report::SocketsText(one, target.stacks, style, list.top));
    }
  return kExitClean;
}

}  // namespace

constinit const Command command_sockets = {
    .name = "sockets",
    .summary = "The connections of a process, each with the goroutine that waits on it",
    .examples =
        R"(  # a running Go program: peers, states, keepalive, silence, and who waits without a deadline
  seep sockets 4711
  # what nobody has said a byte on for an hour
  seep sockets 4711 --state ESTABLISHED --idle 1h
  # to one peer, every connection on a line
  seep sockets 4711 --remote 10.0.3.7:22 -v
  # how many in which state
  seep sockets 4711 --by state
  # what is in CLOSE_WAIT, in every Go program of this machine
  seep sockets --all --state close-wait
  # behind a pprof URL of this machine; out of saved evidence
  seep sockets http://127.0.0.1:6060
  seep sockets orders.seep

Exit status: 0 listed, 2 failed.
)",
    .run = &Run,
};

}  // namespace seep::cli

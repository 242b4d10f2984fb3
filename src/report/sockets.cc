#include "report/sockets.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "report/layout.h"
#include "report/page.h"
#include "report/report.h"
#include "report/report_json.h"

namespace seep::report {
namespace {

using Json = nlohmann::ordered_json;
using model::ListedSockets;
using model::OwnedSocket;
using model::PollDescriptor;

class SocketPage {
 public:
  SocketPage(const model::StackTable& stacks, const Style& style) : page_(style), stacks_(stacks) {}

  void Head(const model::SocketList& list, const Style& style) {
    const model::TargetReport target{list.process.name, list.process, {}, {}};
    page_.Line(fmt::format("seep {} sockets · {}", style.version, Who(target)));
    std::string count = Plural(list.listed, "TCP connection");
    if (list.listed != list.total) count += fmt::format(" of {}", FormatCount(list.total));
    count +=
        fmt::format(" in {}, {} open", Plural(list.groups.size(), "group"), Plural(list.fds, "descriptor"));
    std::vector<std::string> parts = {std::move(count)};
    if (!list.listening.empty()) {
      std::vector<std::string> ports;
      for (const uint16_t port : list.listening) ports.push_back(std::to_string(port));
      parts.push_back("listens on " + JoinWords(ports));
    }
    if (list.time_wait > 0)
      parts.push_back(FormatCount(list.time_wait) + " in TIME_WAIT here, of any process");
    page_.Parts(parts, 0);
    page_.Blank();
  }

  void Group(const ListedSockets& g, bool polled) {
    std::vector<std::string> parts = {page_.Bold(FormatCount(g.count))};
    if (g.state) parts.emplace_back(TcpStateName(*g.state));
    if (!g.peer.empty()) parts.push_back(g.peer);
    if (g.keepalive_off > 0)
      parts.push_back(g.keepalive_off == g.count
                          ? "keepalive off"
                          : fmt::format("keepalive off on {}", FormatCount(g.keepalive_off)));
    if (g.unanswered > 0) parts.push_back(fmt::format("{} unanswered", FormatCount(g.unanswered)));
    page_.Parts(parts, 0);
    if (g.site) page_.Call("", stacks_.function(g.site), stacks_.file(g.site), stacks_.line(g.site));
    if (polled)
      page_.Wrapped(
          g.goroutines == 0
              ? "no goroutine waits on them"
              : Plural(g.goroutines, "goroutine") +
                    (g.for_ever == 0 ? "" : fmt::format(", {} without a deadline", FormatCount(g.for_ever))),
          4);
    page_.Wrapped((g.count == 1 ? "" : "quietest: ") + SocketText(g.quietest), 4);
    page_.Blank();
  }

  void Every(const model::SocketList& list) {
    for (const OwnedSocket& s : list.sockets) page_.Wrapped(SocketText(s), 2);
    page_.Blank();
  }

  void Tail(const model::SocketList& list, size_t shown) {
    if (shown < list.groups.size()) {
      uint64_t rest = 0;
      for (size_t i = shown; i < list.groups.size(); ++i) rest += list.groups[i].count;
      page_.Wrapped(fmt::format("and {} with {} (--top 0 shows all)",
                                Plural(list.groups.size() - shown, "group"), Plural(rest, "connection")),
                    0);
      page_.Blank();
    }
    if (list.unpolled > 0)
      page_.TailRow("Note:",
                    fmt::format("{} unknown to Go's network poller: C code, or copies made by File()",
                                Plural(list.unpolled, "socket descriptor is", "socket descriptors are")));
    for (const model::Gap& gap : list.gaps)
      page_.TailRow("Not seen:", OneLine(gap.what + ": " + gap.why), {.mark = "· ", .indent = 2});
    if (list.process.pid)
      page_.TailRow("Next:", fmt::format("seep diagnose {}", *list.process.pid), {.verbatim = true});
  }
  std::string Take() { return page_.Take(); }

 private:
  static std::string SocketText(const OwnedSocket& s) {
    std::string text = DescribeWait(s) + ", ";
    if (s.goid != 0) text.insert(0, fmt::format("goroutine {}, ", s.goid));
    return text + DescribeConnection(s);
  }

  Page page_;
  const model::StackTable& stacks_;
};

Json DeadlineJson(PollDescriptor::Deadline deadline, uint64_t ms) {
  if (deadline == PollDescriptor::Deadline::kNone) return "none";
  if (deadline == PollDescriptor::Deadline::kExpired) return "expired";
  return ms;
}

Json KeepaliveJson(const OwnedSocket& s) {
  const model::KeepaliveState state = KeepaliveOf(s);
  if (state == model::KeepaliveState::kUnknown) return nullptr;
  Json out = {{"on", state == model::KeepaliveState::kOn}};
  if (!s.keepalive) return out;
  out["idle_s"] = s.keepalive->idle_s;
  out["interval_s"] = s.keepalive->interval_s;
  out["count"] = s.keepalive->count;
  out["user_timeout_ms"] = s.keepalive->user_timeout_ms;
  return out;
}

Json WaitJson(const OwnedSocket& s, const model::StackTable& stacks) {
  Json out = {{"goid", s.goid},
              {"waits_to", s.writes ? "write" : "read"},
              {"deadline", s.writes ? DeadlineJson(s.poll->write_deadline, s.poll->write_deadline_ms)
                                    : DeadlineJson(s.poll->read_deadline, s.poll->read_deadline_ms)}};
  if (s.minutes >= 0) out["minutes"] = s.minutes;
  Json stack = Json::array();
  for (const model::FrameId frame : stacks.frames(s.stack))
    stack.push_back(Printable(stacks.function(frame)));
  if (!stack.empty()) out["stack"] = std::move(stack);
  return out;
}

Json SocketJson(const OwnedSocket& s, const model::StackTable& stacks) {
  static constexpr std::string_view kTimers[] = {"off", "retransmit", "keepalive", "time-wait", "probe"};
  Json out = {{"fd", s.fd},
              {"inode", s.socket.inode},
              {"local", FormatEndpoint(s.socket.local)},
              {"remote", FormatEndpoint(s.socket.remote)},
              {"accepted", s.accepted},
              {"state", TcpStateName(s.socket.state)},
              {"timer", kTimers[static_cast<size_t>(s.socket.timer)]},
              {"unanswered", s.socket.retransmits},
              {"send_queue", s.socket.send_queue},
              {"receive_queue", s.socket.receive_queue},
              {"keepalive", KeepaliveJson(s)}};
  if (s.socket.info) {
    const model::TcpInfo& info = *s.socket.info;
    out["last_received_ms"] = info.last_received_ms;
    out["last_sent_ms"] = info.last_sent_ms;
    out["last_acknowledged_ms"] = info.last_acknowledged_ms;
    out["received"] = info.data_segments_in > 0;
    out["bytes_received"] = info.bytes_received;
    out["unacknowledged"] = info.unacknowledged;
    out["rtt_us"] = info.rtt_us;
  }
  if (s.poll) out["polled"] = true;
  if (s.goid != 0) out["goroutine"] = WaitJson(s, stacks);
  return out;
}

Json GroupJson(const ListedSockets& g, const model::StackTable& stacks) {
  Json out = {{"count", g.count}};
  if (g.state) out["state"] = TcpStateName(*g.state);
  if (!g.peer.empty()) out["peer"] = g.peer;
  if (g.site) {
    out["function"] = Printable(stacks.function(g.site));
    out["file"] = Printable(stacks.file(g.site));
    out["line"] = stacks.line(g.site);
  }
  out["goroutines"] = g.goroutines;
  out["without_deadline"] = g.for_ever;
  out["keepalive_off"] = g.keepalive_off;
  out["unanswered"] = g.unanswered;
  out["quietest_fd"] = g.quietest.fd;
  return out;
}

Json ListJson(const model::SocketList& list, const model::StackTable& stacks) {
  Json out = Json::object();
  out["name"] = Printable(list.process.name);
  if (list.process.pid) out["pid"] = *list.process.pid;
  out["source"] = list.source;
  out["connections"] = list.total;
  out["listed"] = list.listed;
  out["fds"] = list.fds;
  out["listening"] = list.listening;
  out["time_wait"] = list.time_wait;
  if (list.polled) out["unknown_to_poller"] = list.unpolled;
  Json groups = Json::array();
  for (const ListedSockets& g : list.groups) groups.push_back(GroupJson(g, stacks));
  out["groups"] = std::move(groups);
  Json sockets = Json::array();
  for (const OwnedSocket& s : list.sockets) sockets.push_back(SocketJson(s, stacks));
  out["sockets"] = std::move(sockets);
  out["gaps"] = GapsJson(list.gaps);
  return out;
}

}  // namespace

std::string SocketsText(const model::SocketList& list, const model::StackTable& stacks, const Style& style,
                        size_t groups) {
  SocketPage page(stacks, style);
  page.Head(list, style);
  const size_t shown = groups == 0 ? list.groups.size() : std::min(groups, list.groups.size());
  for (size_t i = 0; i < shown; ++i) page.Group(list.groups[i], list.polled);
  if (style.verbosity > 0) page.Every(list);
  page.Tail(list, shown);
  return page.Take();
}

std::string SocketsJson(std::span<const SocketTarget> targets, const Style& style) {
  Json all = Json::array();
  for (const SocketTarget& target : targets) all.push_back(ListJson(*target.list, *target.stacks));
  return TargetsDocument("seep.sockets/1", style.version, std::move(all));
}

}  // namespace seep::report

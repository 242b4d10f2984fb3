#include "detect/pile_sockets.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"

namespace seep::detect {
namespace {

using Deadline = model::PollDescriptor::Deadline;

bool EndsSoon(const OwnSocket& s) {
  const auto kind = s.writes ? s.poll->write_deadline : s.poll->read_deadline;
  const uint64_t ms = s.writes ? s.poll->write_deadline_ms : s.poll->read_deadline_ms;
  return kind == Deadline::kExpired || (kind == Deadline::kArmed && ms <= kSoonMs);
}

// "10.0.3.7:22", or "14 peers".
std::string Peers(const PileSockets& p) {
  std::set<model::Endpoint> peers;
  for (const OwnSocket* s : p.sockets) peers.insert(s->socket.remote);
  return peers.size() == 1 ? FormatEndpoint(*peers.begin()) : Plural(peers.size(), "peer");
}

}  // namespace

uint64_t PileSockets::Silent(uint32_t ms) const {
  return static_cast<uint64_t>(std::ranges::count_if(
      sockets, [&](const OwnSocket* s) { return WaitsForEver(*s) && QuietMs(*s).value_or(0) >= ms; }));
}

PileSockets SocketsOf(const Analysis& a, const Pile& pile) {
  PileSockets out;
  if (!a.network.sockets || !a.network.views.back().polled) return out;
  std::set<model::StackId> stacks;
  for (const auto& [stack, count] : pile.stacks) stacks.insert(stack);
  for (const OwnSocket& s : a.network.views.back().sockets) {
    if (s.goid == 0 || !stacks.contains(s.stack)) continue;
    out.sockets.push_back(&s);
    out.for_ever += WaitsForEver(s);
    out.ending += EndsSoon(s);
    out.dialled += !s.accepted;
    out.keepalive_off += KeepaliveOff(s);
    out.unanswered += Unanswered(s.socket);
    if (out.quietest == nullptr || QuietMs(s) > QuietMs(*out.quietest)) out.quietest = &s;
  }
  return out;
}

bool JoinOwnSockets(const Analysis& a, const Pile& pile, model::Finding& f) {
  const PileSockets own = SocketsOf(a, pile);
  if (own.sockets.empty() || own.sockets.size() * 10 < pile.newest() * 9) return false;
  const NetworkView& view = a.network.views.back();
  const uint64_t n = own.sockets.size();
  f.impact.sockets = n;
  std::string text = fmt::format("{} wait on {} {} {}", Plural(n, "goroutine"), Plural(n, "socket"),
                                 own.dialled * 2 >= n ? "to" : "from", Peers(own));
  if (own.for_ever > 0)
    text += fmt::format(", {} without a deadline", own.for_ever == n ? "all" : FormatCount(own.for_ever));
  if (own.keepalive_off > 0)
    text +=
        fmt::format(", keepalive off on {}", own.keepalive_off == n ? "all" : FormatCount(own.keepalive_off));
  if (own.unanswered > 0)
    text += fmt::format(", {} get no answer from their peer any more", FormatCount(own.unanswered));
  f.evidence.push_back({"sockets", text, "poll descriptors", static_cast<int>(view.snapshot)});
  f.evidence.push_back(
      {"sockets",
       fmt::format("the quietest: {}, {}", DescribeWait(*own.quietest), DescribeConnection(*own.quietest)),
       view.source, static_cast<int>(view.snapshot)});
  if (f.verdict == model::Verdict::kLeak && f.confidence == model::Confidence::kLikely) {
    f.confidence = model::Confidence::kStrong;
    f.lift.clear();
  }
  return true;
}

}  // namespace seep::detect

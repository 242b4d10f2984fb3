// Connections the peer has closed and this process never will: CLOSE_WAIT.
//
// Fires on many, on a number that grows, and on a few that have stood so for ten minutes. The kernel's state
// is certain; the owner is this process. Quiet for the few that any busy service is about to close, and while
// the same number turns over.
//
// The peer's FIN acknowledges, and nothing comes after it: the last acknowledgement dates it.
#include <fmt/format.h>

#include <map>
#include <set>

#include "base/text.h"
#include "base/time.h"
#include "detect/detector.h"

namespace seep::detect {
namespace {

constexpr uint64_t kMany = 20;
constexpr uint64_t kFew = 5;
constexpr uint32_t kLongMs = 10 * 60 * 1000;
constexpr uint32_t kMinuteMs = 60 * 1000;

// Sockets that have been in CLOSE_WAIT for `ms` at least.
uint64_t Standing(const NetworkView& view, uint32_t ms) {
  uint64_t n = 0;
  for (const OwnSocket& s : view.sockets)
    n += s.socket.state == model::TcpState::kCloseWait && s.socket.info &&
         s.socket.info->last_acknowledged_ms >= ms;
  return n;
}

// Who waits on them, and for how long they have stood.
void AddStanding(const NetworkView& view, model::Finding& f) {
  const OwnSocket* oldest = nullptr;
  uint64_t forgotten = 0;
  for (const OwnSocket& s : view.sockets) {
    if (s.socket.state != model::TcpState::kCloseWait) continue;
    forgotten += view.polled && s.goid == 0;
    const auto age = [](const OwnSocket& x) { return x.socket.info->last_acknowledged_ms; };
    if (s.socket.info && (oldest == nullptr || age(s) > age(*oldest))) oldest = &s;
  }
  if (forgotten > 0)
    f.evidence.push_back({"sockets",
                          fmt::format("no goroutine waits on {} of them: they are forgotten, not slow",
                                      FormatCount(forgotten)),
                          "poll descriptors", static_cast<int>(view.snapshot)});
  if (oldest != nullptr)
    f.evidence.push_back(
        {"sockets",
         fmt::format("the oldest has waited {} to be closed: {}",
                     FormatDuration(FromSeconds(oldest->socket.info->last_acknowledged_ms / 1000.0)),
                     DescribeConnection(*oldest)),
         view.source, static_cast<int>(view.snapshot)});
}

std::set<uint64_t> Inodes(const NetworkView& view) {
  std::set<uint64_t> inodes;
  for (const OwnSocket& s : view.sockets)
    if (s.socket.state == model::TcpState::kCloseWait) inodes.insert(s.socket.inode);
  return inodes;
}

std::string MostCommonPeer(const NetworkView& view) {
  std::map<std::string, uint64_t> peers;
  for (const OwnSocket& s : view.sockets)
    if (s.socket.state == model::TcpState::kCloseWait)
      ++peers[s.accepted ? fmt::format("clients of port {}", s.socket.local.port)
                         : FormatEndpoint(s.socket.remote)];
  const std::pair<const std::string, uint64_t>* best = nullptr;
  for (const auto& p : peers)
    if (best == nullptr || p.second > best->second) best = &p;
  return best == nullptr ? "" : best->first;
}

void Run(const Analysis& a, Sink& sink) {
  const NetworkView& view = a.network.views.back();
  const auto now = Inodes(view);
  if (now.size() < kMany && Standing(view, kLongMs) < kFew) return;
  model::Finding f{
      .id = "close-wait", .verdict = model::Verdict::kFault, .confidence = model::Confidence::kStrong};
  f.impact.sockets = now.size();
  if (Standing(view, kMinuteMs) * 2 > now.size())
    f.confidence = model::Confidence::kProved;  // by the kernel's clock
  size_t stayed = 0;
  const auto before = a.network.views.size() > 1 ? Inodes(a.network.views.front()) : std::set<uint64_t>{};
  for (uint64_t inode : before) stayed += now.contains(inode);
  if (a.network.views.size() > 1) {
    if (stayed * 2 < std::min(before.size(), now.size())) return;  // others each time: they are being closed
    f.confidence = model::Confidence::kProved;
    if (now.size() > before.size() + 4 && stayed == before.size()) {
      f.verdict = model::Verdict::kLeak;
      f.shape = model::Shape::kUnbounded;
    }
    f.evidence.push_back({"growth",
                          fmt::format("{} then, {} now; {} are the same sockets", FormatCount(before.size()),
                                      FormatCount(now.size()), FormatCount(stayed)),
                          view.source, -1});
    const double seconds =
        a.timeline.timed ? a.timeline.Between(a.network.views.front().snapshot, view.snapshot) : 0;
    if (seconds > 0)
      f.impact.per_hour["sockets"] =
          (static_cast<double>(now.size()) - static_cast<double>(before.size())) / seconds * 3600;
  }
  f.size =
      fmt::format("{} sockets in CLOSE_WAIT, most from {}.", FormatCount(now.size()), MostCommonPeer(view));
  AddStanding(view, f);
  model::Curve curve{"CLOSE_WAIT", "sockets", {}};
  for (const NetworkView& v : a.network.views)
    curve.points.emplace_back(a.timeline.seconds[v.snapshot], static_cast<double>(Inodes(v).size()));
  f.curves.push_back(std::move(curve));
  sink.Report(std::move(f));
}

}  // namespace

extern const Detector detector_close_wait;
constinit const Detector detector_close_wait = {"close-wait", Need::kSockets, &Run};

}  // namespace seep::detect

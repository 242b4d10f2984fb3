// Connections the peer has closed and this process never will: CLOSE_WAIT.
//
// Fires on many, or on a number that grows. The kernel's state is certain; the owner is this process.
// Quiet for the few that any busy service is about to close, and while the same number turns over.
#include <fmt/format.h>

#include <map>
#include <set>

#include "base/text.h"
#include "detect/detector.h"

namespace seep::detect {
namespace {

constexpr uint64_t kMany = 20;

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
  if (now.size() < kMany) return;
  model::Finding f{
      .id = "close-wait", .verdict = model::Verdict::kFault, .confidence = model::Confidence::kStrong};
  f.impact.sockets = now.size();
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
                          "/proc/PID/net/tcp", -1});
    const double seconds =
        a.timeline.timed ? a.timeline.Between(a.network.views.front().snapshot, view.snapshot) : 0;
    if (seconds > 0)
      f.impact.per_hour["sockets"] =
          (static_cast<double>(now.size()) - static_cast<double>(before.size())) / seconds * 3600;
  }
  f.size =
      fmt::format("{} sockets in CLOSE_WAIT, most from {}.", FormatCount(now.size()), MostCommonPeer(view));
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

// A storm of short connections: thousands in TIME_WAIT towards one peer, eating local ports.
//
// Fires when the TIME_WAIT sockets towards one remote address reach half of the local port range, and the
// process itself is connected to it in some snapshot. TIME_WAIT has no owner: the table is that of the
// network namespace, so the confidence stays below strong. Where the process is not seen to go there it may
// be a neighbour's, and is a note. Quiet below that: a few thousand are harmless.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "detect/detector.h"

namespace seep::detect {
namespace {

// net.ipv4.ip_local_port_range defaults to 32768-60999.
constexpr uint64_t kPorts = 28'232;

bool GoesTo(const Network& network, const model::Endpoint& remote) {
  return std::ranges::any_of(network.views, [&](const NetworkView& view) {
    return std::ranges::any_of(view.sockets, [&](const OwnSocket& s) { return s.socket.remote == remote; });
  });
}

void Run(const Analysis& a, Sink& sink) {
  const NetworkView& view = a.network.views.back();
  for (const auto& [remote, count] : view.time_wait) {
    if (count * 2 < kPorts) continue;
    const std::string size = fmt::format("{} of {} local ports are in TIME_WAIT towards {}",
                                         FormatCount(count), FormatCount(kPorts), FormatEndpoint(remote));
    if (!GoesTo(a.network, remote)) {
      sink.Note(
          {size + ": of somebody in this network namespace; no connection of this process' own goes there.",
           "time-wait-churn"});
      continue;
    }
    model::Finding f{
        .id = "time-wait-churn", .verdict = model::Verdict::kFault, .confidence = model::Confidence::kLikely};
    f.impact.sockets = count;
    f.size = size + ".";
    f.evidence.push_back({"sockets", f.size, view.source, static_cast<int>(view.snapshot)});
    sink.Report(std::move(f));
  }
}

}  // namespace

extern const Detector detector_time_wait_churn;
constinit const Detector detector_time_wait_churn = {"time-wait-churn", Need::kSockets, &Run};

}  // namespace seep::detect

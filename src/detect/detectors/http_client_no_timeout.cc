// HTTP calls that wait for ever, because neither the client nor the request's context has a limit.
//
// Fires on callers in roundTrip or getConn, or on the transport's dials, that come and never get through.
// Quiet for slow calls that finish, and for connections without a caller (http-client-per-call,
// http-body-not-closed).
#include <algorithm>

#include "detect/connections.h"
#include "detect/detector.h"
#include "detect/pile_finding.h"

namespace seep::detect {
namespace {

void Run(const Analysis& a, Sink& sink) {
  std::vector<model::Finding> found;
  ReportPiles(a, "http-client-no-timeout", found);
  if (found.empty()) return;
  const ClientConnections c = GatherClientConnections(a);
  const auto waiting = a.piles.Counts("http-client-waiting");
  for (model::Finding& f : found) {
    // Each call under way holds a connection with its readLoop and writeLoop.
    if (f.impact.goroutines && !waiting.empty() && *f.impact.goroutines <= waiting.back())
      *f.impact.goroutines += 2 * std::min(*f.impact.goroutines, c.now());
    sink.Report(std::move(f));
  }
}

}  // namespace

extern const Detector detector_http_client_no_timeout;
constinit const Detector detector_http_client_no_timeout = {"http-client-no-timeout", Need::kGoroutines,
                                                            &Run};

}  // namespace seep::detect

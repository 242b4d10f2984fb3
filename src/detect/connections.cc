#include "detect/connections.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace seep::detect {
namespace {

const std::vector<std::string>& ClientFunctions() {
  static const std::vector<std::string> kFunctions = {"net/http.(*Transport).*", "net/http.(*persistConn).*"};
  return kFunctions;
}

void AddLives(const Pile& pile, ClientConnections& c) {
  if (!pile.lives) return;
  if (!c.lives) c.lives = Lives{};
  c.lives->born += pile.lives->born;
  c.lives->died += pile.lives->died;
}

// Connections ever dialled, from the cumulative counts of the two 4 KiB buffers each gets: they weigh so much
// that even a sampled profile counts them to a few per cent, where small objects are seen a handful of times.
double Dialled(const Analysis& a, const std::vector<HeapSample>& samples) {
  static const std::vector<std::string> kBuffers = {"bufio.NewReaderSize", "bufio.NewWriterSize"};
  static const std::vector<std::string> kDial = {"net/http.(*Transport).dialConn"};
  constexpr double kBuffer = 2048;  // the Reader and Writer around them are small objects on the same stacks
  double buffers = 0;
  for (const HeapSample& sample : samples)
    if (sample.allocated_bytes >= kBuffer * sample.allocated_objects &&
        a.matcher.AnyFrame(sample.stack, kDial) && a.matcher.AnyFrame(sample.stack, kBuffers))
      buffers += sample.allocated_objects;
  return buffers / 2;
}

void AddSockets(const Analysis& a, ClientConnections& c) {
  if (!a.network.sockets) return;
  std::map<model::Endpoint, uint64_t> by_remote;
  uint64_t established = 0;
  for (const OwnSocket& s : a.network.views.back().sockets) {
    if (s.accepted || s.socket.state != model::TcpState::kEstablished) continue;
    ++established;
    ++by_remote[s.socket.remote];
  }
  c.sockets = established;
  c.remotes = by_remote.size();
  if (!by_remote.empty())
    c.busiest_remote = FormatEndpoint(
        std::ranges::max_element(by_remote, {}, [](const auto& r) { return r.second; })->first);
}

std::optional<model::CountedObjects> CountedTransports(const model::Snapshot& s) {
  for (const model::CountedObjects& counted : s.counted)
    if (counted.type == "net/http.Transport") return counted;
  return std::nullopt;
}

}  // namespace

bool ClientConnections::NewTransports() const {
  if (!first_transports || !transports || transports->objects < first_transports->objects + 10) return false;
  const uint64_t clients = transports->objects - first_transports->objects;
  const uint64_t before = first_transports->holders;
  return transports->holders > before && 2 * clients >= transports->holders - before;
}

ClientConnections GatherClientConnections(const Analysis& a) {
  ClientConnections c;
  c.idle = a.piles.Counts("http-client-read-idle");
  c.unread = a.piles.Counts("http-client-read-body");
  c.waiting = a.piles.Counts("http-client-waiting");
  c.readers = a.piles.Counts("http-body-reader");
  for (size_t k = 0; k < c.idle.size(); ++k) c.total.push_back(c.idle[k] + c.unread[k]);
  const auto writers = a.piles.Counts("http-client-write");
  if (!c.total.empty()) c.goroutines = c.total.back() + writers.back();
  for (const char* id : {"http-client-read-idle", "http-client-read-body"}) {
    for (const Pile* pile : a.piles.Of(id)) {
      AddLives(*pile, c);
      c.stacks.insert(c.stacks.end(), pile->stacks.begin(), pile->stacks.end());
    }
  }
  for (const Pile* pile : a.piles.Of("http-client-write"))
    c.stacks.insert(c.stacks.end(), pile->stacks.begin(), pile->stacks.end());
  std::ranges::stable_sort(c.stacks, std::ranges::greater{}, [](const auto& s) { return s.second; });
  if (c.lives) c.lives->stayed = c.total.front() > c.lives->died ? c.total.front() - c.lives->died : 0;
  c.heap_bytes = BytesUnder(a.heaps, a.matcher, ClientFunctions());
  AddSockets(a, c);
  if (!a.piles.snapshots.empty()) {
    c.first_transports = CountedTransports(a.series.snapshots[a.piles.snapshots.front()]);
    c.transports = CountedTransports(a.series.snapshots[a.piles.snapshots.back()]);
  }
  return c;
}

Flow FlowOf(const ClientConnections& c, const std::vector<OwnerSite>& owners, const Analysis& a) {
  Flow flow;
  if (c.total.size() < 2) return flow;
  const auto now = static_cast<double>(c.total.back());
  const auto before = static_cast<double>(c.total.front());
  const double window = a.GoroutineWindow();
  const double net = now - before;
  double born = 0;
  double died = 0;
  bool known = false;

  // goids: exact while the window is shorter than a life; afterwards the born of the dump are only those
  // still alive.
  if (c.lives && static_cast<double>(c.lives->stayed) >= 0.1 * now) {
    born = static_cast<double>(c.lives->born);
    died = static_cast<double>(c.lives->died);
    flow.from = "goroutine ids";
    known = true;
  }
  // Allocations count every birth, sampled; good from a few hundred on.
  if (!known) {
    double rate =
        a.HeapWindow() > 0
            ? (Dialled(a, a.heaps.samples.back()) - Dialled(a, a.heaps.samples.front())) / a.HeapWindow()
            : 0;
    for (const OwnerSite& site : owners)
      if (rate <= 0 && site.allocated_per_second) rate = *site.allocated_per_second;
    if (rate > 0 && a.HeapWindow() > 0) {
      born = rate * (window > 0 ? window : a.HeapWindow());
      died = std::max(0.0, born - net);
      flow.from = "allocations in the heap profiles";
      known = true;
    }
  }
  if (!known && c.lives) {  // everything of the first dump is gone: a life is shorter than the window
    born = static_cast<double>(c.lives->born);
    died = static_cast<double>(c.lives->died);
    flow.turnover = c.lives->died >= 5 && std::abs(net) <= 0.3 * std::max(now, before);
    flow.falling = net < -0.2 * before;
    return flow;
  }
  if (!known) return flow;
  flow.turnover = died >= std::max(5.0, 0.3 * born) && std::abs(net) <= 0.3 * std::max(now, before);
  flow.only_grows = born >= 5 && died <= 0.05 * born;
  flow.falling = net < -0.2 * before && died > born;
  if (window > 0 && born > 0) flow.per_second = born / window;
  // Uniform ages at a plateau: in a window of w a share w / life of those there at first dies.
  if (window > 0 && died >= 5 && died < 0.95 * before && flow.from == "goroutine ids")
    flow.life_seconds = before * window / died;
  else if (flow.per_second && flow.turnover)
    flow.life_seconds = now / *flow.per_second;
  return flow;
}

}  // namespace seep::detect

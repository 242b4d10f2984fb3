// A new http.Client/Transport for every call.
//
// Fires when there are many client connections and (a) about as many live http.Transport as connections, by
// the user's line in the heap profile, or new ones come with new connections, counted in the memory of the
// process, or (b) new connections are dialled although idle ones to the same peers stand unused. Quiet for
// one shared client however busy: its connections are in use (a goroutine in roundTrip for each) or few
// Transports are alive (surely where they were counted); and for a crawler, whose idle connections each have
// a peer of their own.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "detect/connections.h"
#include "detect/detector.h"
#include "detect/pile_finding.h"

namespace seep::detect {
namespace {

using model::Confidence;
using model::Finding;
using model::Shape;
using model::Verdict;

constexpr uint64_t kMany = 20;  // connections

struct Proof {
  bool owners = false;      // (a)
  bool not_reused = false;  // (b)
  bool one_peer = false;    // sockets: few peers, many connections
};

// Idle connections stood unused all the time and yet new ones were dialled.
bool DialsPastIdleOnes(const ClientConnections& c, const Flow& flow) {
  if (c.total.size() < 2) return false;
  const auto unused = std::min(c.Unused(0), c.Unused(c.total.size() - 1));
  const bool dials = flow.per_second.value_or(0) > 0 || (c.lives && c.lives->born >= 10);
  return dials && unused >= kMany && unused >= 5 * std::max<uint64_t>(1, c.waiting.back()) &&
         (!c.lives || c.lives->born >= 10);
}

Proof Prove(const ClientConnections& c, const Flow& flow, const std::vector<OwnerSite>& owners) {
  Proof proof;
  const auto n = static_cast<double>(c.now());
  proof.owners = std::ranges::any_of(owners, [&](const OwnerSite& o) {
    return o.IsCounted() && o.objects.value >= 10 && (Agrees(o.objects, n) || o.objects.value > n);
  });
  proof.owners = proof.owners || c.NewTransports();
  proof.not_reused = DialsPastIdleOnes(c, flow);
  if (c.sockets && c.remotes > 0) {
    proof.one_peer = *c.sockets >= 10 * c.remotes;
    // A crawler: every idle connection has a peer of its own and could not have been reused.
    if (c.remotes > 0 && static_cast<double>(*c.sockets) < 2.0 * static_cast<double>(c.remotes))
      proof.not_reused = false;
  }
  return proof;
}

void JudgeFlow(const ClientConnections& c, const Flow& flow, Finding& f) {
  const double now = static_cast<double>(c.now());
  if (flow.turnover || flow.falling) {
    f.verdict = Verdict::kBounded;
    f.shape = flow.turnover ? Shape::kPlateau : Shape::kBounded;
    f.bound = model::Bound{"IdleConnTimeout", 0};
    if (flow.life_seconds) f.bound->seconds = SnapToKnown(*flow.life_seconds);
    if (flow.per_second && f.bound->seconds > 0) {
      const double expected = 2 * *flow.per_second * f.bound->seconds;
      f.size = fmt::format(
          "2 x {:.3g} calls/s x {:.3g} s = {} goroutines expected, {} seen. It falls only when traffic does "
          "(below one call per {:.3g} s: to zero), so adding instances moves the pile, it does not remove "
          "it.",
          *flow.per_second, f.bound->seconds, FormatCount(static_cast<uint64_t>(expected + 0.5)),
          FormatCount(c.goroutines), f.bound->seconds);
    }
    return;
  }
  if (flow.only_grows) {
    f.verdict = Verdict::kLeak;
    f.shape = Shape::kUnbounded;
    f.size =
        fmt::format("{} connections, {} more each second and none closed in the window.",
                    FormatCount(c.now()), flow.per_second ? FormatRate(*flow.per_second, "calls") : "more");
    if (flow.per_second)
      f.size = fmt::format(
          "{} connections; {} each leave one behind, and none was closed in the window. If the Transport "
          "sets an IdleConnTimeout, they level off at rate x timeout; a bare Transport never lets go.",
          FormatCount(c.now()), FormatRate(*flow.per_second, "calls"));
    return;
  }
  f.verdict = c.total.size() > 1 && c.total.back() > c.total.front() ? Verdict::kWatch : Verdict::kFault;
  f.shape = Shape::kUnknown;
  if (c.total.size() > 1 && c.total.back() == c.total.front())
    f.size = fmt::format("{} connections throughout: no call was made in the window.",
                         FormatCount(static_cast<uint64_t>(now)));
}

void AddEvidence(const Analysis& a, const ClientConnections& c, const Flow& flow, Finding& f) {
  const size_t newest = a.piles.snapshots.back();
  const std::string source = GoroutineSource(a, newest);
  f.evidence.push_back({"goroutines",
                        fmt::format("{} readLoop and {} writeLoop of net/http client connections",
                                    FormatCount(c.now()), FormatCount(c.goroutines - c.now())),
                        source, static_cast<int>(newest)});
  if (c.transports)
    f.evidence.push_back(
        {"memory",
         fmt::format(
             "{} belong to {}, counted in the memory of the process{}",
             Plural(c.transports->holders, "connection"), Plural(c.transports->objects, "http.Transport"),
             c.NewTransports() ? fmt::format("; {} at first", FormatCount(c.first_transports->objects)) : ""),
         source, static_cast<int>(newest)});
  if (c.lives)
    f.evidence.push_back(
        {"growth",
         fmt::format("{} connections came and {} went; {} stayed throughout", FormatCount(c.lives->born),
                     FormatCount(c.lives->died), FormatCount(c.lives->stayed)),
         source, -1});
  if (flow.per_second)
    f.evidence.push_back({"law",
                          fmt::format("{} by {}", FormatRate(*flow.per_second, "new connections"), flow.from),
                          source, -1});
  if (c.sockets)
    f.evidence.push_back({"sockets",
                          fmt::format("{} ESTABLISHED dialled sockets to {}{}", FormatCount(*c.sockets),
                                      Plural(c.remotes, "peer"),
                                      c.busiest_remote.empty() ? "" : ", most to " + c.busiest_remote),
                          a.network.views.back().source, static_cast<int>(a.network.views.back().snapshot)});
  f.excludes = fmt::format("Unclosed bodies: {} of {} readLoops wait for a body.",
                           FormatCount(c.unread.back()), FormatCount(c.now()));
}

void Run(const Analysis& a, Sink& sink) {
  const ClientConnections c = GatherClientConnections(a);
  if (c.now() < kMany || c.SharedTransports()) return;
  const auto owners =
      FindOwners(a.heaps, "http-client-per-call", a.knowledge, a.frames, a.matcher, a.HeapWindow());
  const Flow flow = FlowOf(c, owners, a);
  const Proof proof = Prove(c, flow, owners);
  // Hundreds of connections that nobody uses, and no evidence of who made them: worth a question, not a
  // verdict.
  constexpr uint64_t kPuzzling = 500;
  const bool puzzling = c.Unused(c.total.size() - 1) >= kPuzzling && a.heaps.snapshots.empty();
  if (!proof.owners && !proof.not_reused && !puzzling) return;

  Finding f{.id = "http-client-per-call"};
  JudgeFlow(c, flow, f);
  if (!proof.owners && !(proof.not_reused && proof.one_peer)) {
    // One client without limits that talks to many hosts looks the same from the goroutines alone.
    f.verdict = Verdict::kWatch;
    f.title = proof.not_reused ? "HTTP client connections are dialled although idle ones stand unused"
                               : "Many idle HTTP client connections";
    f.cause =
        "More connections stand unused than a shared client usually keeps: either every call builds a client "
        "of its own, "
        "or one client without limits talks to very many hosts.";
    f.lift =
        "the heap profile of the same moment (it shows how many clients made them), or --pid on the machine "
        "itself (it "
        "shows how many peers there are)";
  }
  f.confidence = proof.owners && (proof.not_reused || proof.one_peer || flow.per_second) ? Confidence::kStrong
                 : proof.not_reused && proof.one_peer                                    ? Confidence::kStrong
                 : proof.owners || proof.not_reused                                      ? Confidence::kLikely
                                                    : Confidence::kPossible;
  f.impact.goroutines = c.goroutines;
  f.impact.sockets = c.sockets ? std::min(*c.sockets, c.now()) : c.now();
  if (c.heap_bytes > 0) f.impact.heap_bytes = static_cast<uint64_t>(c.heap_bytes);
  const Growth growth = MeasureCounts(c.total, a.piles.snapshots, a.timeline);
  if (growth.per_second && f.verdict == Verdict::kLeak) {
    f.impact.per_hour["goroutines"] = 2 * *growth.per_second * 3600;
    f.impact.per_hour["sockets"] = *growth.per_second * 3600;
  }
  const bool who = AddOwners(a, owners, c.now(), f) > 0;
  for (const Pile* caller : a.piles.Of("http-client-waiting"))
    if (f.where.empty() && caller->site)
      f.where.push_back(a.At(model::Role::kCandidate, caller->site, "calls through an http.Client here"));
  AddEvidence(a, c, flow, f);
  if (!who && f.lift.empty())
    f.lift =
        "a heap profile with more samples of it, or the source: who builds an http.Client or http.Transport "
        "inside a function?";
  f.curves.push_back(MakeCurve("connections", "connections", c.total, a.piles.snapshots, a.timeline));
  f.stacks = c.stacks;
  sink.Report(std::move(f));
}

}  // namespace

extern const Detector detector_http_client_per_call;
constinit const Detector detector_http_client_per_call = {"http-client-per-call", Need::kGoroutines, &Run};

}  // namespace seep::detect

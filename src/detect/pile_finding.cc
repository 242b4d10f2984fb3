#include "detect/pile_finding.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "detect/pile_sockets.h"

namespace seep::detect {
namespace {

using model::Finding;
using model::Role;

std::string SourceOf(const model::Snapshot& s, std::string_view word) {
  for (const model::Source& source : s.sources)
    if (source.kind.find(word) != std::string::npos) return source.origin;
  return {};
}

void AddPlaces(const Analysis& a, const Pile& pile, Finding& f) {
  const uint64_t n = pile.newest();
  const bool stands_in_user_code =
      pile.site && !pile.stacks.empty() && a.frames.User(pile.stacks.front().first) == pile.site;
  if (stands_in_user_code) {
    f.where.push_back(a.At(Role::kBlocked, pile.site,
                           fmt::format("{} here, in {}", Plural(n, "goroutine stands", "goroutines stand"),
                                       model::WaitName(pile.wait))));
  }
  if (pile.creator && a.frames.IsUser(pile.creator))
    f.where.push_back(a.At(Role::kCreator, pile.creator, "started by the go statement here"));
  if (f.where.empty() && !pile.stacks.empty()) {
    if (const model::FrameId outside = a.frames.Outside(pile.stacks.front().first))
      f.where.push_back(
          a.At(Role::kBlocked, outside, "no line of your own code is on the stack; this library is"));
  }
}

void AddAges(const Pile& pile, Finding& f) {
  if (pile.minutes.empty()) return;
  model::Histogram ages{"minutes waited, at least", {}};
  uint64_t known = 0;
  for (const auto& [minutes, count] : pile.minutes) {
    ages.bins.emplace_back(minutes * 60.0, count);
    known += count;
  }
  if (known < pile.newest()) ages.bins.insert(ages.bins.begin(), {0.0, pile.newest() - known});
  f.ages = std::move(ages);
}

}  // namespace

uint64_t Companions(const Analysis& a, const Pile& pile) {
  if (pile.pattern == nullptr || pile.pattern->object.empty()) return 0;
  uint64_t sum = 0;
  for (const Pile& other : a.piles.piles) {
    if (&other != &pile && other.pattern != nullptr &&
        other.pattern->role == model::Pattern::Role::kCompanion &&
        other.pattern->object == pile.pattern->object)
      sum += other.newest();
  }
  return sum;
}

std::string GoroutineSource(const Analysis& a, size_t snapshot) {
  return SourceOf(a.series.snapshots[snapshot], "goroutine");
}

std::string HeapSource(const Analysis& a, size_t snapshot) {
  const std::string heap = SourceOf(a.series.snapshots[snapshot], "heap");
  return heap.empty() ? SourceOf(a.series.snapshots[snapshot], "pprof") : heap;
}

bool Agrees(const Estimate& estimate, double count) {
  // Were `count` the truth, this many samples of that weight would be expected; the error is that of the
  // expectation, because an estimate that came out low has too small an error of its own.
  const double weight = estimate.value > 0 ? estimate.variance / estimate.value : 0;
  return std::abs(estimate.value - count) <= std::max(3 * std::sqrt(count * weight), 0.2 * count);
}

Finding PileFinding(const Analysis& a, const std::string& id, const Pile& pile, const Growth& g,
                    const Judgement& j) {
  Finding f{.id = id, .verdict = j.verdict, .confidence = j.confidence, .shape = j.shape, .bound = j.bound};
  f.lift = j.lift;
  f.impact.goroutines = pile.newest() + Companions(a, pile);
  if (g.per_second) f.impact.per_hour["goroutines"] = *g.per_second * 3600;
  if (pile.pattern != nullptr) {
    f.library = pile.pattern->library;
    f.title = pile.pattern->title;
    f.cause = pile.pattern->cause;
    f.excludes = pile.pattern->excludes;
    f.fix = pile.pattern->fix;
  }
  AddPlaces(a, pile, f);
  const size_t newest = a.piles.snapshots.back();
  f.evidence.push_back({"growth", j.why, GoroutineSource(a, newest), -1});
  if (pile.labels) {
    std::string labels(a.stacks.text(pile.labels));
    std::ranges::replace(labels, '\n', ' ');
    f.evidence.push_back({"labels", "most carry the labels " + Printable(labels), GoroutineSource(a, newest),
                          static_cast<int>(newest)});
  }
  f.curves.push_back(MakeCurve("goroutines", "goroutines", pile.counts, a.piles.snapshots, a.timeline));
  AddAges(pile, f);
  f.stacks = pile.stacks;
  return f;
}

std::optional<SocketGroup> JoinSockets(const Analysis& a, uint64_t objects, bool accepted, Finding& f) {
  if (!a.network.sockets || objects < 5) return std::nullopt;
  const NetworkView& view = a.network.views.back();
  auto group = FindSockets(view, objects, accepted);
  if (!group) return std::nullopt;
  f.impact.sockets = group->sockets.size();
  std::string text = fmt::format("{} ESTABLISHED {} {}", FormatCount(group->sockets.size()),
                                 accepted ? "sockets" : "sockets to", group->name);
  text += group->keepalive_off == 0 ? ", keepalive on"
                                    : fmt::format(", keepalive off on {}", FormatCount(group->keepalive_off));
  if (group->unanswered > 0)
    text += fmt::format(", {} get no answer from their peer any more", FormatCount(group->unanswered));
  f.evidence.push_back(
      {"sockets", text + ": as many as the goroutines say", view.source, static_cast<int>(view.snapshot)});
  if (f.verdict == model::Verdict::kLeak && f.confidence == model::Confidence::kLikely) {
    f.confidence = model::Confidence::kStrong;
    f.lift.clear();
  }
  return group;
}

std::optional<Finding> JudgedFinding(const Analysis& a, const Pile& pile) {
  const Growth growth = MeasureGrowth(pile, a.piles, a.timeline);
  const auto judgement = JudgePile(a, pile, growth);
  if (!judgement || pile.pattern == nullptr) return std::nullopt;
  Finding f = PileFinding(a, pile.pattern->finding, pile, growth, *judgement);
  const double per_object = pile.pattern->per_object > 0 ? pile.pattern->per_object : 1;
  const auto objects = static_cast<uint64_t>(static_cast<double>(pile.newest()) / per_object + 0.5);
  const auto owners =
      FindOwners(a.heaps, f.id, a.knowledge, a.frames, a.matcher, a.HeapWindow(), pile.pattern->library);
  if (AddOwners(a, owners, objects, f) > 0 && f.confidence == model::Confidence::kLikely &&
      f.verdict == model::Verdict::kLeak) {
    f.confidence = model::Confidence::kStrong;  // as many owner objects are alive as the goroutines say
    f.lift.clear();
  }
  constexpr int kKnowsItsConnections = 60;  // generic waits own no sockets: equal numbers would be chance
  if (pile.pattern->priority >= kKnowsItsConnections || pile.wait == model::Wait::kIoWait) {
    const bool accepted = pile.pattern->driver == model::Pattern::Driver::kClients;
    if (!JoinOwnSockets(a, pile, f) && !JoinSockets(a, objects, accepted, f))
      JoinSockets(a, objects, !accepted, f);
  }
  return f;
}

void ReportPiles(const Analysis& a, const std::string& finding, std::vector<Finding>& out) {
  for (const Pile& pile : a.piles.piles) {
    if (pile.pattern == nullptr || pile.pattern->finding != finding ||
        pile.pattern->role != model::Pattern::Role::kPile)
      continue;
    if (auto f = JudgedFinding(a, pile)) out.push_back(std::move(*f));
  }
}

namespace {
// The heap profile is of the last completed collection, so it lags behind goroutines that come fast: half is
// near enough for a line whose objects have the very size of the owner.
bool LikeCount(const Estimate& estimate, double count) {
  return Agrees(estimate, count) || (estimate.value >= 0.5 * count && estimate.value <= 1.5 * count);
}

std::string WhyCandidate(const OwnerSite& site) {
  return site.owner->place_only
             ? site.owner->why
             : fmt::format("a live {} was allocated here; too few are sampled to tell how many",
                           site.owner->object);
}
}  // namespace

size_t AddOwners(const Analysis& a, const std::vector<OwnerSite>& owners, uint64_t objects, Finding& f) {
  size_t added = 0;
  const auto count = static_cast<double>(objects);
  // A literal that matches the count is the object itself; then what the library allocated for it under the
  // user's frames.
  std::vector<const OwnerSite*> order;
  for (const OwnerSite& site : owners)
    if (site.objects.value >= std::max(5.0, 0.1 * count) && (!site.literal || LikeCount(site.objects, count)))
      order.push_back(&site);
  std::ranges::stable_sort(order, [&](const OwnerSite* x, const OwnerSite* y) {
    if (x->IsCounted() != y->IsCounted()) return x->IsCounted();
    if (x->owner->place_only != y->owner->place_only) return y->owner->place_only;
    if (x->literal != y->literal) return x->literal;
    return x->objects.value > y->objects.value;
  });
  for (const OwnerSite* site : order) {
    if (added == 3) break;
    if (!site->IsCounted()) {
      if (added == 0)
        f.where.insert(f.where.begin(), a.At(Role::kCandidate, site->user, WhyCandidate(*site)));
      break;
    }
    // Sampled: the figure has two digits of truth at best, so the count of what it matches is named when they
    // agree.
    const std::string many = Agrees(site->objects, count)
                                 ? FormatCount(objects)
                                 : "about " + FormatCount(static_cast<uint64_t>(site->objects.value + 0.5));
    f.where.insert(
        f.where.begin() + static_cast<ptrdiff_t>(added),
        a.At(added == 0 ? Role::kCulprit : Role::kAllocator, site->user,
             site->literal ? fmt::format("{} live {} were allocated here", many, site->owner->object)
                           : fmt::format("{} {}", many, site->owner->why)));
    ++added;
  }
  return added;
}

}  // namespace seep::detect

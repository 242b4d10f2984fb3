// Goroutines piling up behind a lock that is not let go.
//
// Fires on waiters for a lock that come and never get through; with a dump's argument words it names the one
// lock and the goroutine that runs code of the same object without waiting for it. Quiet for contention that
// progresses, and for locks taken in opposite orders (lock-order says that).
#include <fmt/format.h>

#include "base/text.h"
#include "detect/detector.h"
#include "detect/locks.h"
#include "detect/pile_finding.h"

namespace seep::detect {
namespace {

void AddHolders(const Analysis& a, const Locks& locks, model::Finding& f) {
  if (locks.locks.empty() || f.where.empty()) return;
  const Lock& lock = locks.locks.front();
  f.evidence.push_back(
      {"lock",
       fmt::format("{} wait for the lock at {:#x}", Plural(lock.waiters.size(), "goroutine"), lock.address),
       "", static_cast<int>(a.piles.snapshots.back())});
  for (const LockHolder& holder : lock.holders)
    f.where.push_back(a.At(
        model::Role::kCandidate, holder.site,
        fmt::format(
            "goroutine {} works on the same object, is in {} and not waiting for the lock: it may hold it",
            holder.goid, model::WaitName(holder.wait))));
}

void Run(const Analysis& a, Sink& sink) {
  const Locks locks = GatherLocks(a);
  if (locks.crossed * 2 > locks.waiters && locks.crossed > 1) return;
  std::vector<model::Finding> found;
  ReportPiles(a, "mutex-pileup", found);
  for (model::Finding& f : found) {
    AddHolders(a, locks, f);
    sink.Report(std::move(f));
  }
}

}  // namespace

extern const Detector detector_mutex_pileup;
constinit const Detector detector_mutex_pileup = {"mutex-pileup", Need::kGoroutines, &Run};

}  // namespace seep::detect

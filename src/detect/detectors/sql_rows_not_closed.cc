// Rows that nobody closes, and the connections they keep.
//
// Fires on Rows.awaitDone goroutines (queries with a context that can be cancelled) that nobody leaves; and,
// for queries without a context, which have no goroutine, when driver connections grow, nobody waits for an
// answer on them, and as many live query results as connections hang at one line of the heap profile. Quiet
// for pools at their level, and for transactions: those have an id of their own.
#include <fmt/format.h>

#include "base/text.h"
#include "detect/detector.h"
#include "detect/pile_finding.h"

namespace seep::detect {
namespace {

// Driver connections by the watcher goroutine that each keeps; only some drivers have one.
const Pile* Watchers(const Analysis& a) {
  const auto piles = a.piles.Of("mysql-watcher");
  return piles.empty() ? nullptr : piles.front();
}

void FromConnections(const Analysis& a, std::vector<model::Finding>& out) {
  const Pile* watchers = Watchers(a);
  if (watchers == nullptr || watchers->newest() < 20) return;
  const Growth growth = MeasureGrowth(*watchers, a.piles, a.timeline);
  if (growth.trend != Trend::kGrowing ||
      (watchers->lives && !(growth.nobody_leaves && growth.somebody_comes)))
    return;
  const auto pools = a.piles.Counts("sql-opener");
  if (!pools.empty() && pools.back() * 4 > watchers->newest())
    return;  // a pool per call: sql-open-per-call says so
  auto owners = FindOwners(a.heaps, "sql-rows-not-closed", a.knowledge, a.frames, a.matcher, a.HeapWindow());
  Judgement judgement{.verdict = model::Verdict::kLeak,
                      .confidence = model::Confidence::kLikely,
                      .shape = model::Shape::kUnbounded};
  judgement.why = DescribeLives(*watchers, growth, "database connections");
  model::Finding f = PileFinding(a, "sql-rows-not-closed", *watchers, growth, judgement);
  f.where.clear();
  // Without an allocation that says so they may as well be transactions or slow queries.
  if (AddOwners(a, owners, watchers->newest(), f) == 0) return;
  JoinSockets(a, watchers->newest(), false, f);
  out.push_back(std::move(f));
}

void Run(const Analysis& a, Sink& sink) {
  std::vector<model::Finding> found;
  ReportPiles(a, "sql-rows-not-closed", found);
  std::vector<model::Finding> transactions;
  ReportPiles(a, "sql-tx-not-finished", transactions);
  if (found.empty() && transactions.empty()) FromConnections(a, found);
  for (model::Finding& f : found) sink.Report(std::move(f));
}

}  // namespace

extern const Detector detector_sql_rows_not_closed;
constinit const Detector detector_sql_rows_not_closed = {"sql-rows-not-closed", Need::kGoroutines, &Run};

}  // namespace seep::detect

// How the parts of the memory account move over a series of snapshots.
#pragma once

#include <initializer_list>
#include <string>
#include <vector>

#include "base/trend.h"
#include "detect/analysis.h"
#include "model/account.h"

namespace seep::detect {

using Parts = std::initializer_list<model::MemoryPart>;

constexpr size_t kLasting = 3;  // moments

class MemoryGrowth {
 public:
  explicit MemoryGrowth(const Analysis& a);

  // Whether the parts are known at two moments at least.
  bool known() const { return accounts_.size() >= 2; }
  const model::MemoryAccount& first() const { return *accounts_.front(); }
  const model::MemoryAccount& last() const { return *accounts_.back(); }
  int last_snapshot() const { return last_snapshot_; }
  double seconds() const { return timed_ ? times_.back() - times_.front() : 0; }  // 0: not known

  double Net(Parts parts) const;
  double Now(Parts parts) const;
  // Whether these parts have taken at least half of all that any part took.
  bool Dominates(Parts parts) const;
  // Grows throughout: neither a step up and down, nor a pool that fills.
  bool Steady(Parts parts, double noise) const;
  // Two moments cannot tell a leak from a cache that fills, or from more load; they make a `watch`. The
  // numbers are exact, so a third says whether it goes on.
  bool Lasting() const { return accounts_.size() >= kLasting; }
  model::Curve CurveOf(std::string name, Parts parts) const;
  // "Go heap +0.1 MiB, thread stacks +24 KiB": what the others did, for what a finding excludes.
  std::string OthersThan(Parts parts) const;
  // What the finding costs: bytes now, an hour, and until the limit.
  void SetImpact(const Analysis& a, Parts parts, model::Finding& f) const;

 private:
  std::vector<double> Values(Parts parts) const;

  std::vector<const model::MemoryAccount*> accounts_;
  std::vector<double> times_;
  bool timed_ = false;
  int last_snapshot_ = -1;
};

// "+12 MiB", "-3.0 KiB", "unchanged".
std::string SignedBytes(double bytes);

}  // namespace seep::detect

#include "detect/compare.h"

#include <gtest/gtest.h>

namespace seep::detect {
namespace {

using model::Finding;
using model::Outcome;
using model::Report;

Finding Leak(uint64_t goroutines, double per_hour, std::string function = "main.f", uint32_t line = 10) {
  Finding f;
  f.id = "chan-send-abandoned";
  f.verdict = model::Verdict::kLeak;
  f.impact.goroutines = goroutines;
  if (per_hour > 0) f.impact.per_hour["goroutines"] = per_hour;
  f.where.push_back({model::Role::kBlocked, std::move(function), "x.go", line, ""});
  return f;
}

Report Make(std::vector<Finding> findings, size_t snapshots = 2, uint64_t goroutines = 1000) {
  Report r;
  r.targets.emplace_back();
  r.targets[0].snapshots.resize(snapshots);
  r.targets[0].looked.goroutines = goroutines;
  r.findings = std::move(findings);
  return r;
}

TEST(Compare, GoneAndWouldHaveBeenSeenIsFixed) {
  const auto c = Compare(Make({Leak(900, 3600)}), Make({}));
  EXPECT_EQ(c.outcome, Outcome::kFixed);
  ASSERT_EQ(c.changes.size(), 1u);
  EXPECT_FALSE(c.changes[0].after);
  EXPECT_EQ(c.changes[0].reason, "900 goroutines before, none afterwards");
}

TEST(Compare, OneSnapshotAfterwardsCannotTellUnlessThePileIsGone) {
  const auto c = Compare(Make({Leak(900, 3600)}), Make({}, 1, 1000));
  EXPECT_EQ(c.outcome, Outcome::kCannotTell);
  ASSERT_EQ(c.gaps.size(), 1u);
  EXPECT_NE(c.changes[0].reason.find("one snapshot"), std::string::npos);
  EXPECT_EQ(Compare(Make({Leak(900, 3600)}), Make({}, 1, 100)).outcome, Outcome::kFixed);
}

TEST(Compare, NotLookedAtCannotTell) {
  Report after = Make({});
  after.targets[0].looked.goroutines.reset();
  EXPECT_EQ(Compare(Make({Leak(900, 3600)}), after).outcome, Outcome::kCannotTell);
}

TEST(Compare, ALeakIsJudgedByItsRateNotByItsPile) {
  const Report before = Make({Leak(9000, 3600)});
  EXPECT_EQ(Compare(before, Make({Leak(900, 3600)})).outcome, Outcome::kUnchanged)
      << "restarted: the pile is young";
  EXPECT_EQ(Compare(before, Make({Leak(9000, 1700)})).outcome, Outcome::kImproved);
  EXPECT_EQ(Compare(before, Make({Leak(900, 5500)})).outcome, Outcome::kWorse);
}

TEST(Compare, WithoutRatesTheCountDecides) {
  const Report before = Make({Leak(1000, 0)});
  EXPECT_EQ(Compare(before, Make({Leak(499, 0)})).outcome, Outcome::kImproved);
  EXPECT_EQ(Compare(before, Make({Leak(1200, 0)})).outcome, Outcome::kUnchanged);
  EXPECT_EQ(Compare(before, Make({Leak(1501, 0)})).outcome, Outcome::kWorse);
}

TEST(Compare, AMovedLineIsTheSameFaultAnotherFunctionIsNot) {
  EXPECT_EQ(
      Compare(Make({Leak(900, 3600, "main.f", 10)}), Make({Leak(900, 3600, "main.f", 44)})).changes.size(),
      1u);
  const auto c = Compare(Make({Leak(900, 3600, "main.f")}), Make({Leak(900, 3600, "main.g")}));
  ASSERT_EQ(c.changes.size(), 2u);
  EXPECT_EQ(c.changes[0].outcome, Outcome::kFixed);
  EXPECT_EQ(c.changes[1].outcome, Outcome::kWorse);
  EXPECT_EQ(c.outcome, Outcome::kWorse) << "one fixed, one new: not fixed as a whole";
}

TEST(Compare, TheWorstChangeIsTheOutcome) {
  const auto c = Compare(Make({Leak(900, 3600, "main.f"), Leak(900, 3600, "main.g")}),
                         Make({Leak(900, 3600, "main.g")}));
  EXPECT_EQ(c.outcome, Outcome::kUnchanged);
  EXPECT_EQ(Compare(Make({}), Make({})).outcome, Outcome::kUnchanged);
}

}  // namespace
}  // namespace seep::detect

#include "detect/compare.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace seep::detect {
namespace {

using model::Finding;
using model::FindingChange;
using model::Outcome;

FindingChange::Side SideOf(const Finding& f) {
  return {f.verdict, f.confidence, f.impact};
}

std::optional<model::Location> BestPlace(const Finding* after, const Finding* before) {
  if (after != nullptr && !after->where.empty()) return after->where.front();
  if (before != nullptr && !before->where.empty()) return before->where.front();
  return std::nullopt;
}

// A fix moves lines: the id and the function are what stays.
bool SameFault(const Finding& a, const Finding& b) {
  if (a.id != b.id) return false;
  if (a.where.empty() || b.where.empty()) return true;
  return a.where.front().function == b.where.front().function;
}

// The figure a finding is about, and its name.
std::pair<double, std::string> Size(const Finding& f) {
  const model::Impact& i = f.impact;
  if (i.goroutines) return {static_cast<double>(*i.goroutines), "goroutines"};
  if (i.sockets) return {static_cast<double>(*i.sockets), "sockets"};
  if (i.fds) return {static_cast<double>(*i.fds), "descriptors"};
  if (i.heap_bytes) return {static_cast<double>(*i.heap_bytes), "heap"};
  if (i.rss_bytes) return {static_cast<double>(*i.rss_bytes), "RSS"};
  return {0, ""};
}

std::string Show(double value, const std::string& unit) {
  if (unit == "heap" || unit == "RSS") return FormatBytes(value) + " of " + unit;
  return FormatCount(static_cast<uint64_t>(value)) + " " + unit;
}

double Rate(const Finding& f) {
  double rate = 0;
  for (const auto& [what, per_hour] : f.impact.per_hour) rate = std::max(rate, per_hour);
  return rate;
}

// Would this side have shown a finding? A leak takes two snapshots to see.
std::string BlindBecause(const model::TargetReport& side, const Finding& f) {
  if (f.verdict == model::Verdict::kFault) return {};
  if (side.snapshots.size() < 2) return "one snapshot cannot show growth";
  if (f.impact.goroutines && !side.looked.goroutines) return "no goroutines were looked at";
  if (!f.impact.goroutines && f.impact.sockets && !side.looked.sockets) return "no sockets were looked at";
  if (f.impact.fds && !side.looked.fds) return "no descriptors were looked at";
  if (f.impact.rss_bytes && !side.looked.rss_bytes) return "no memory figures of the process were looked at";
  return {};
}

FindingChange Gone(const Finding& before, const model::TargetReport& after) {
  FindingChange change{
      before.id, before.title, BestPlace(nullptr, &before), SideOf(before), std::nullopt, Outcome::kFixed,
      ""};
  const auto [size, unit] = Size(before);
  const std::string blind = BlindBecause(after, before);
  // Even one snapshot shows that a pile is gone.
  const bool far_fewer = unit == "goroutines" && after.looked.goroutines &&
                         static_cast<double>(*after.looked.goroutines) < 0.2 * size;
  if (!blind.empty() && !far_fewer) {
    change.outcome = Outcome::kCannotTell;
    change.reason = blind + " afterwards";
    return change;
  }
  change.reason = unit.empty() ? "no longer there" : Show(size, unit) + " before, none afterwards";
  return change;
}

FindingChange Still(const Finding& before, const Finding& after) {
  FindingChange change{
      after.id, after.title, BestPlace(&after, &before), SideOf(before), SideOf(after), Outcome::kUnchanged,
      ""};
  const auto [was, unit] = Size(before);
  const auto [is, same_unit] = Size(after);
  const double rate_was = Rate(before);
  const double rate_is = Rate(after);
  change.reason = Show(was, unit) + " before, " + Show(is, same_unit) + " afterwards";
  // What leaks is judged by its rate: the pile itself depends on how long the process has run.
  if (rate_was > 0 && rate_is > 0) {
    change.reason +=
        fmt::format("; {} an hour before, {} afterwards", FormatCount(static_cast<uint64_t>(rate_was)),
                    FormatCount(static_cast<uint64_t>(rate_is)));
    if (rate_is < 0.5 * rate_was)
      change.outcome = Outcome::kImproved;
    else if (rate_is > 1.5 * rate_was)
      change.outcome = Outcome::kWorse;
  } else if (was > 0 && is < 0.5 * was) {
    change.outcome = Outcome::kImproved;
  } else if (was > 0 && is > 1.5 * was) {
    change.outcome = Outcome::kWorse;
  }
  return change;
}

FindingChange New(const Finding& after) {
  const auto [size, unit] = Size(after);
  return {after.id,
          after.title,
          BestPlace(&after, nullptr),
          std::nullopt,
          SideOf(after),
          Outcome::kWorse,
          unit.empty() ? "was not there before" : Show(size, unit) + ", not seen before"};
}

// Why these cannot be one service; empty if they may be. A fix changes the build id, not the binary's name.
std::string TwoServices(const model::TargetReport& before, const model::TargetReport& after) {
  const auto base = [](const std::string& path) { return path.substr(path.rfind('/') + 1); };
  const std::string was = base(before.process.main_binary);
  const std::string is = base(after.process.main_binary);
  if (was.empty() || is.empty() || was == is) return {};
  return fmt::format("the evidence is of two programs, {} and {}", was, is);
}

void Conclude(model::Comparison& c) {
  const auto count = [&](Outcome o) { return std::ranges::count(c.changes, o, &FindingChange::outcome); };
  const auto conclude = [&](Outcome o, std::string reason) {
    c.outcome = o;
    c.reason = std::move(reason);
  };
  if (const std::string why = TwoServices(c.before, c.after); !why.empty())
    return conclude(Outcome::kCannotTell, why);
  if (c.changes.empty()) return conclude(Outcome::kUnchanged, "nothing was found before or afterwards");
  if (count(Outcome::kWorse) > 0) return conclude(Outcome::kWorse, "something is new or grows faster");
  if (count(Outcome::kUnchanged) > 0) return conclude(Outcome::kUnchanged, "what was found is still there");
  if (count(Outcome::kCannotTell) > 0)
    return conclude(Outcome::kCannotTell, "the evidence afterwards would not have shown it");
  if (count(Outcome::kImproved) > 0)
    return conclude(Outcome::kImproved, "smaller or slower, and still there");
  conclude(Outcome::kFixed, "what was found is gone");
}

}  // namespace

model::Comparison Compare(const model::Report& before, const model::Report& after) {
  model::Comparison c;
  if (!before.targets.empty()) c.before = before.targets.front();
  if (!after.targets.empty()) c.after = after.targets.front();
  std::vector<bool> taken(after.findings.size(), false);
  for (const Finding& f : before.findings) {
    if (f.target != 0) continue;
    size_t match = 0;
    while (match < after.findings.size() &&
           (taken[match] || after.findings[match].target != 0 || !SameFault(f, after.findings[match])))
      ++match;
    if (match == after.findings.size()) {
      c.changes.push_back(Gone(f, c.after));
    } else {
      taken[match] = true;
      c.changes.push_back(Still(f, after.findings[match]));
    }
  }
  for (size_t i = 0; i < after.findings.size(); ++i)
    if (!taken[i] && after.findings[i].target == 0) c.changes.push_back(New(after.findings[i]));
  Conclude(c);
  if (c.outcome == Outcome::kCannotTell)
    c.gaps.push_back(
        {"a second snapshot afterwards", c.reason, "seep diagnose TARGET --samples 2 --save after.seep"});
  return c;
}

}  // namespace seep::detect

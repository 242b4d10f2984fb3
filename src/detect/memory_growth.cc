#include "detect/memory_growth.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"

namespace seep::detect {
namespace {

using model::MemoryAccount;
using model::MemoryPart;

double Sum(const MemoryAccount& account, Parts parts) {
  double sum = 0;
  for (const MemoryPart part : parts) sum += static_cast<double>(account.of(part));
  return sum;
}

// Parts that are spoken of together.
struct Group {
  std::string_view name;
  std::vector<MemoryPart> parts;
};

std::vector<Group> Groups() {
  using enum MemoryPart;
  return {{"Go heap in use", {kGoObjects, kGoGaps, kGoHeap}},
          {"idle Go heap", {kGoIdle}},
          {"goroutine stacks", {kGoStacks}},
          {"C heap in use", {kCInUse, kCBlocks, kCHeap}},
          {"C heap freed and kept", {kCFree, kCTop}},
          {"thread stacks", {kThreadStacks}},
          {"file pages", {kFiles}},
          {"shared memory", {kShared}},
          {"other mappings", {kOther}}};
}

}  // namespace

MemoryGrowth::MemoryGrowth(const Analysis& a) : timed_(a.timeline.timed) {
  for (const MemoryView& view : a.account.views) {
    if (!view.parts) continue;
    accounts_.push_back(&*view.parts);
    times_.push_back(a.timeline.seconds[view.snapshot]);
    last_snapshot_ = static_cast<int>(view.snapshot);
  }
}

std::vector<double> MemoryGrowth::Values(Parts parts) const {
  std::vector<double> values;
  for (const MemoryAccount* account : accounts_) values.push_back(Sum(*account, parts));
  return values;
}

double MemoryGrowth::Net(Parts parts) const {
  return Sum(last(), parts) - Sum(first(), parts);
}

double MemoryGrowth::Now(Parts parts) const {
  return Sum(last(), parts);
}

bool MemoryGrowth::Dominates(Parts parts) const {
  double all = 0;
  for (size_t i = 0; i < model::kMemoryParts; ++i)
    if (static_cast<MemoryPart>(i) != MemoryPart::kSampler)  // seep's doing, not the program's
      all += std::max(0.0, static_cast<double>(last().parts[i]) - static_cast<double>(first().parts[i]));
  return Net(parts) > 0 && Net(parts) >= 0.5 * all;
}

bool MemoryGrowth::Steady(Parts parts, double noise) const {
  return TrendOf(times_, Values(parts), noise) == Trend::kGrowing;
}

model::Curve MemoryGrowth::CurveOf(std::string name, Parts parts) const {
  model::Curve curve{std::move(name), "bytes", {}};
  const std::vector<double> values = Values(parts);
  for (size_t i = 0; i < values.size(); ++i) curve.points.emplace_back(times_[i], values[i]);
  return curve;
}

std::string MemoryGrowth::OthersThan(Parts parts) const {
  std::string text;
  for (const Group& group : Groups()) {
    double net = 0, now = 0;
    bool same = false;
    for (const MemoryPart part : group.parts) {
      same = same || std::ranges::find(parts, part) != parts.end();
      net += Net({part});
      now += Now({part});
    }
    if (same || (now == 0 && net == 0)) continue;
    text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", group.name, SignedBytes(net));
  }
  return text;
}

void MemoryGrowth::SetImpact(const Analysis& a, Parts parts, model::Finding& f) const {
  f.impact.rss_bytes = static_cast<uint64_t>(Now(parts));
  const double net = Net(parts);
  if (seconds() <= 0 || net <= 0) return;
  f.impact.per_hour["rss_bytes"] = net / seconds() * 3600;
  const auto resident = static_cast<double>(last().sum);
  if (a.account.limit)
    f.impact.limit_in_seconds = std::max(0.0, *a.account.limit - resident) / (net / seconds());
}

std::string SignedBytes(double bytes) {
  if (std::abs(bytes) < 1) return "unchanged";
  return (bytes < 0 ? "-" : "+") + FormatBytes(std::abs(bytes));
}

}  // namespace seep::detect

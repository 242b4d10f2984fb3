// What the forms of a scan share: order, weight, words.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <tuple>

#include "base/text.h"
#include "report/layout.h"
#include "report/scan.h"

namespace seep::report {
namespace {

using model::ScanFinding;
using model::ScanMark;
using model::ScanReview;
using model::ScanState;

int SeverityRank(std::string_view severity) {
  constexpr std::array<std::string_view, 5> kNames = {"critical", "high", "medium", "low", "info"};
  return static_cast<int>(std::ranges::find(kNames, severity) - kNames.begin());
}

std::vector<size_t> Visible(const ScanReview& review) {
  std::vector<size_t> out;
  for (size_t i = 0; i < review.marks.size(); ++i)
    if (review.marks[i].state == ScanState::kShown) out.push_back(i);
  return out;
}

// Seen before unseen; then surest, and its place among the candidates.
auto SeenRank(const ScanMark& mark) {
  if (mark.seen.empty()) return std::tuple(1, 0, 0u);
  return std::tuple(0, static_cast<int>(mark.seen.front().confidence), mark.seen.front().rank);
}

}  // namespace

std::vector<size_t> Shown(const ScanReview& review) {
  std::vector<size_t> out = Visible(review);
  std::ranges::stable_sort(out, {}, [&](size_t i) { return SeenRank(review.marks[i]); });
  return out;
}

std::vector<size_t> ByWeight(const ScanReview& review) {
  std::vector<size_t> out = Visible(review);
  std::ranges::stable_sort(out, {}, [&](size_t i) {
    const ScanFinding& f = review.report.findings[i];
    return std::tuple(SeenRank(review.marks[i]), SeverityRank(f.severity), static_cast<int>(f.confidence));
  });
  return out;
}

const model::ScanRule& RuleOf(const Scanned& scanned, const std::string& id) {
  static const model::ScanRule kUnknown;
  const auto it = std::ranges::find(scanned.rules, id, &model::ScanRule::id);
  return it == scanned.rules.end() ? kUnknown : *it;
}

std::string_view Level(const ScanFinding& finding, const ScanMark& mark) {
  if (!mark.seen.empty() && mark.seen.front().confidence <= model::Confidence::kStrong) return "error";
  if (finding.confidence == model::ScanConfidence::kPossible) return "note";
  const int rank = SeverityRank(finding.severity);
  return rank <= 1 ? "error" : rank == 2 ? "warning" : "note";
}

std::string ScanCount(const ScanReview& review) {
  std::array<size_t, 3> by_confidence{};
  size_t all = 0;
  for (const size_t i : Visible(review)) {
    ++by_confidence[static_cast<size_t>(review.report.findings[i].confidence)];
    ++all;
  }
  std::string parts;
  for (size_t c = 0; c < by_confidence.size(); ++c) {
    if (by_confidence[c] == 0) continue;
    parts += fmt::format("{}{} {}", parts.empty() ? "" : ", ", FormatCount(by_confidence[c]),
                         Name(static_cast<model::ScanConfidence>(c)));
  }
  return parts.empty() ? "no finding" : fmt::format("{} ({})", Plural(all, "finding"), parts);
}

std::string SeenText(const model::ScanAgreement& seen) {
  std::string text = fmt::format("{} in {}", OneLine(seen.finding), OneLine(seen.process));
  if (!seen.why.empty()) text += ": " + OneLine(seen.why);
  if (seen.of > 1) text += fmt::format("; candidate {} of {}", seen.rank, seen.of);
  return text;
}

}  // namespace seep::report

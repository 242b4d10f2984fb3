#include "goscan/rules/rule.h"

#include <algorithm>

namespace seep::goscan {

model::SourceSpot Findings::SpotAt(uint32_t file, Offset offset, std::string note) const {
  const SourceFile& source = analysis_.program().file(file);
  const Position at = source.tree.PositionOf(offset);
  return {source.path, at.line, at.column, at.line, at.column, std::move(note)};
}

model::SourceSpot Findings::Spot(uint32_t file, NodeId node, std::string note) const {
  const SourceFile& source = analysis_.program().file(file);
  const Position begin = source.tree.PositionOf(source.tree.begin(node));
  const Position end = source.tree.PositionOf(source.tree.end(node));
  return {source.path, begin.line, begin.column, end.line, end.column, std::move(note)};
}

model::ScanFinding& Findings::Add(std::string_view rule, uint32_t function, NodeId at,
                                  model::ScanConfidence confidence, std::string message) {
  model::ScanFinding& finding = all_.emplace_back();
  finding.rule = rule;
  finding.confidence = confidence;
  if (const model::ScanRule* known = analysis_.knowledge().FindScanRule(finding.rule))
    finding.severity = known->severity;
  finding.where = Spot(analysis_.function(function).file, at, "");
  finding.function = analysis_.NameOf(function);
  finding.message = std::move(message);
  return finding;
}

std::vector<model::ScanFinding> Findings::Take() {
  const auto place = [](const model::ScanFinding& f) {
    return std::tie(f.where.file, f.where.line, f.where.column, f.rule, f.confidence);
  };
  std::ranges::stable_sort(all_, [&](const auto& a, const auto& b) { return place(a) < place(b); });
  const auto same = [](const model::ScanFinding& a, const model::ScanFinding& b) {
    return a.rule == b.rule && a.where == b.where;
  };
  const auto rest = std::ranges::unique(all_, same);
  all_.erase(rest.begin(), rest.end());
  return std::move(all_);
}

std::string Excerpt(const Tree& tree, NodeId node) {
  constexpr size_t kMost = 60;
  std::string_view text = tree.text(node);
  const size_t line = text.find('\n');
  const bool cut = line != std::string_view::npos || text.size() > kMost;
  text = text.substr(0, std::min(line, kMost));
  std::string out(text);
  if (cut) out += "...";
  return out;
}

}  // namespace seep::goscan

#include "report/compare.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "report/layout.h"
#include "report/page.h"
#include "report/report.h"
#include "report/report_json.h"

namespace seep::report {
namespace {

using Json = nlohmann::ordered_json;
using model::Comparison;
using model::FindingChange;
using model::Outcome;
using Total = std::optional<uint64_t>;

std::string_view ColourOf(Outcome outcome) {
  if (outcome == Outcome::kWorse || outcome == Outcome::kUnchanged) return kRed;
  return outcome == Outcome::kFixed ? "32" : kYellow;
}

std::string_view MarkOf(Outcome outcome) {
  if (outcome == Outcome::kWorse || outcome == Outcome::kUnchanged) return "✗";
  return outcome == Outcome::kFixed ? "·" : "!";
}

std::string Upper(std::string_view word) {
  std::string out(word);
  std::ranges::transform(out, out.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  return out;
}

std::string_view LabelOf(const FindingChange& change) {
  return !change.before && change.after ? std::string_view("new") : Name(change.outcome);
}

// Worst first; equal outcomes in the order of the ids.
std::vector<const FindingChange*> Ordered(const Comparison& comparison) {
  std::vector<const FindingChange*> order;
  for (const FindingChange& change : comparison.changes) order.push_back(&change);
  const auto rank = [](Outcome outcome) {
    static constexpr int kRanks[] = {4, 2, 1, 0, 3};  // fixed, improved, unchanged, worse, cannot tell
    return kRanks[static_cast<size_t>(outcome)];
  };
  std::ranges::stable_sort(order, [&](const FindingChange* a, const FindingChange* b) {
    return std::pair(rank(a->outcome), std::string_view(a->id)) <
           std::pair(rank(b->outcome), std::string_view(b->id));
  });
  return order;
}

struct Row {
  std::string_view name;
  Total before, after;
  bool bytes;
};

std::vector<Row> Rows(const Comparison& c) {
  const model::Looked& b = c.before.looked;
  const model::Looked& a = c.after.looked;
  std::vector<Row> rows = {{"goroutines", b.goroutines, a.goroutines, false},
                           {"sockets", b.sockets, a.sockets, false},
                           {"fds", b.fds, a.fds, false},
                           {"heap", b.heap_bytes, a.heap_bytes, true},
                           {"RSS", b.rss_bytes, a.rss_bytes, true}};
  std::erase_if(rows, [](const Row& row) { return !row.before && !row.after; });
  return rows;
}

std::string Cell(const Total& value, bool bytes) {
  if (!value) return "not seen";
  return bytes ? FormatBytes(static_cast<double>(*value)) : FormatCount(*value);
}

std::string Change(const Row& row) {
  if (!row.before || !row.after) return "";
  const bool grew = *row.after >= *row.before;
  const uint64_t difference = grew ? *row.after - *row.before : *row.before - *row.after;
  if (difference == 0) return "same";
  return (grew ? "+" : "-") + Cell(difference, row.bytes);
}

void WriteTotals(Page& page, const Comparison& comparison) {
  const std::vector<Row> rows = Rows(comparison);
  if (rows.empty()) return;
  page.Line(fmt::format("  {:<12}{:>14}{:>14}{:>14}", "", "before", "after", "change"));
  for (const Row& row : rows) {
    page.Line(fmt::format("  {:<12}{:>14}{:>14}{:>14}", row.name, Cell(row.before, row.bytes),
                          Cell(row.after, row.bytes), Change(row)));
  }
  page.Blank();
}

std::string SideText(const std::optional<FindingChange::Side>& side, Outcome outcome) {
  if (!side) return outcome == Outcome::kCannotTell ? "not seen" : "not found";
  model::Finding f;  // borrowed for its words
  f.impact = side->impact;
  f.shape = side->verdict == model::Verdict::kBounded ? model::Shape::kBounded : model::Shape::kUnknown;
  std::vector<std::string> parts = {fmt::format("{}, {}", Name(side->verdict), Name(side->confidence))};
  for (std::string& part : ImpactParts(f, nullptr)) parts.push_back(std::move(part));
  for (std::string& part : GrowthParts(f)) parts.push_back(std::move(part));
  return Join(parts);
}

void WriteChange(Page& page, const FindingChange& change) {
  const std::string label = fmt::format("{} {}", MarkOf(change.outcome), Upper(LabelOf(change)));
  page.Line(page.Coloured(label, ColourOf(change.outcome)) + "   " + OneLine(change.title));
  page.Line("  " + OneLine(change.id));
  page.Blank();
  page.Prose("before", SideText(change.before, change.outcome));
  page.Prose("after", SideText(change.after, change.outcome));
  if (change.where) {
    bool first = true;
    for (const std::string& line : PlaceLines(*change.where, page.width() - Page::kColumn)) {
      page.Row(std::exchange(first, false) ? "where" : "", line);
    }
  }
  page.Prose("why", change.reason);
  page.Blank();
}

Json ImpactJson(const model::Impact& impact) {
  Json out = Json::object();
  const auto put = [&](const char* name, const Total& value) {
    if (value) out[name] = *value;
  };
  put("goroutines", impact.goroutines);
  put("sockets", impact.sockets);
  put("fds", impact.fds);
  put("heap_bytes", impact.heap_bytes);
  put("rss_bytes", impact.rss_bytes);
  Json rates = Json::object();
  for (const auto& [name, rate] : impact.per_hour)
    if (std::isfinite(rate)) rates[Printable(name)] = rate;
  out["per_hour"] = std::move(rates);
  return out;
}

Json SideJson(const FindingChange::Side& side) {
  return {{"verdict", std::string(Name(side.verdict))},
          {"confidence", std::string(Name(side.confidence))},
          {"impact", ImpactJson(side.impact)}};
}

Json TotalsJson(const model::TargetReport& side) {
  Json out = {{"name", Printable(side.name)}, {"snapshots", side.snapshots.size()}};
  if (!side.snapshots.empty() && side.snapshots.back().at) out["at"] = FormatTime(*side.snapshots.back().at);
  const auto put = [&](const char* name, const Total& value) {
    if (value) out[name] = *value;
  };
  put("goroutines", side.looked.goroutines);
  put("sockets", side.looked.sockets);
  put("fds", side.looked.fds);
  put("heap_bytes", side.looked.heap_bytes);
  put("rss_bytes", side.looked.rss_bytes);
  return out;
}

Json ChangeJson(const FindingChange& change) {
  Json out = {{"id", Printable(change.id)},
              {"title", Printable(change.title)},
              {"outcome", std::string(Name(change.outcome))}};
  if (change.where) {
    Json where = {{"function", Printable(change.where->function)}};
    if (!change.where->file.empty()) where["file"] = Printable(change.where->file);
    if (change.where->line != 0) where["line"] = change.where->line;
    out["where"] = std::move(where);
  }
  if (change.before) out["before"] = SideJson(*change.before);
  if (change.after) out["after"] = SideJson(*change.after);
  out["reason"] = Printable(change.reason);
  return out;
}

}  // namespace

std::string CompareText(const Comparison& comparison, const Style& style) {
  Page page(style);
  const std::string verdict =
      page.Coloured(fmt::format("{} {}", MarkOf(comparison.outcome), Upper(Name(comparison.outcome))),
                    ColourOf(comparison.outcome));
  const std::string reason = OneLine(comparison.reason);
  if (style.verbosity < 0) {
    page.Line(reason.empty() ? verdict : verdict + "   " + reason);
    return page.Take();
  }
  page.Line(style.version.empty() ? "seep compare" : fmt::format("seep {} compare", style.version));
  page.Parts({"before: " + Who(comparison.before), Taken(comparison.before)}, 2);
  page.Parts({"after: " + Who(comparison.after), Taken(comparison.after)}, 2);
  page.Blank();
  page.Line(verdict);
  if (!reason.empty()) page.Wrapped(reason, 2);
  page.Blank();
  WriteTotals(page, comparison);
  for (const FindingChange* change : Ordered(comparison)) WriteChange(page, *change);
  model::Report gaps;
  gaps.gaps = comparison.gaps;
  bool first = true;
  for (const GapGroup& gap : GapGroups(gaps)) {
    page.TailRow(std::exchange(first, false) ? "Not seen:" : "", gap.text + ".", {.mark = "· ", .indent = 2});
    if (!gap.how.empty()) page.TailRow("", gap.how, {.indent = 2, .verbatim = IsCommand(gap.how)});
  }
  if (!style.next.empty()) page.TailRow("Next:", OneLine(style.next), {.verbatim = true});
  return page.Take();
}

std::string CompareJson(const Comparison& comparison, const Style& style) {
  Json out = {{"schema", "seep.compare/1"},
              {"seep", Printable(style.version)},
              {"outcome", std::string(Name(comparison.outcome))},
              {"reason", Printable(comparison.reason)},
              {"before", TotalsJson(comparison.before)},
              {"after", TotalsJson(comparison.after)}};
  Json changes = Json::array();
  for (const FindingChange* change : Ordered(comparison)) changes.push_back(ChangeJson(*change));
  out["changes"] = std::move(changes);
  out["gaps"] = GapsJson(comparison.gaps);
  return out.dump(2) + "\n";
}

}  // namespace seep::report

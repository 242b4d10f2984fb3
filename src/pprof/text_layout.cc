// The lines of top and tree (google/pprof internal/report/report.go, 2025-11).
#include <fmt/format.h>

#include <iterator>
#include <string>
#include <utility>

#include "pprof/go_text.h"
#include "pprof/layout.h"
#include "profile/measurement.h"

namespace seep::pprof {
namespace {

std::string_view InliningText(profile::Inlining inlining) {
  switch (inlining) {
    case profile::Inlining::kNone:
      break;
    case profile::Inlining::kAll:
      return "(inline)";
    case profile::Inlining::kSome:
      return "(partial-inline)";
  }
  return {};
}

int64_t Sum(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b));
}

void PrintEdge(Prepared& prepared, const profile::Edge& edge, int64_t cum, std::string_view name,
               std::string& text) {
  PadLeft(text, prepared.Format(edge.weight), 50);
  text += " " + profile::Percentage(edge.weight, cum) + " |   ";
  text += name;
  if (edge.inlined) text += " (inline)";
  text += '\n';
}

// Edges are no part of these reports.
Showing WithoutEdges(Showing showing) {
  showing.dropped_edges = 0;
  return showing;
}

}  // namespace

void PrintLines(Writer& out, const std::vector<std::string>& lines) {
  for (size_t i = 0; i < lines.size(); ++i) out << (i == 0 ? "" : "\n") << lines[i];
  out << "\n";
}

TextItems MakeTextItems(Prepared& prepared) {
  TextItems made;
  made.trimmed = MakeGraph(prepared, {.edges = profile::EdgeUse::kInlining});
  made.labels = ReportLabels(prepared, WithoutEdges(ShownBy(made.trimmed)), false);
  const profile::Graph& graph = made.trimmed.graph;
  for (size_t i = 0; i < graph.shown; ++i) {
    const int64_t flat = graph.nodes[i].FlatValue(), cum = graph.nodes[i].CumValue();
    made.items.push_back({graph.names[i], InliningText(graph.inlining[i]), flat, cum, prepared.Format(flat),
                          prepared.Format(cum)});
  }
  return made;
}

Status PrintText(Prepared& prepared, Writer& out) {
  const TextItems made = MakeTextItems(prepared);
  PrintLines(out, made.labels);
  out << "      flat  flat%   sum%        cum   cum%\n";
  std::string& text = out.text();
  int64_t sum = 0;
  for (const TextItem& item : made.items) {
    sum = Sum(sum, item.flat);
    PadLeft(text, item.flat_text, 10);
    text += " " + profile::Percentage(item.flat, prepared.total);
    text += " " + profile::Percentage(sum, prepared.total) + " ";
    PadLeft(text, item.cum_text, 10);
    text += " " + profile::Percentage(item.cum, prepared.total) + "  ";
    text += item.name;
    if (!item.inlining.empty()) text += " ";
    text += item.inlining;
    text += '\n';
    SEEP_TRY_VOID(out.Spill());
  }
  return {};
}

Status PrintTree(Prepared& prepared, Writer& out) {
  constexpr std::string_view kSeparator =
      "----------------------------------------------------------+-------------\n";
  const profile::TrimmedGraph trimmed =
      MakeGraph(prepared, {.edges = profile::EdgeUse::kAll, .only_symbol = true});
  const profile::Graph& graph = trimmed.graph;
  PrintLines(out, ReportLabels(prepared, WithoutEdges(ShownBy(trimmed)), false));
  out << kSeparator << "      flat  flat%   sum%        cum   cum%   calls calls% + context \t \t \n";
  std::string& text = out.text();
  int64_t sum = 0;
  bool matched = false;
  for (uint32_t i = 0; i < graph.shown; ++i) {
    if (prepared.symbol && !prepared.symbol->Matches(graph.names[i])) continue;
    matched = true;
    const int64_t flat = graph.nodes[i].FlatValue(), cum = graph.nodes[i].CumValue();
    text += kSeparator;
    for (uint32_t in : graph.Sorted(graph.In(i)))
      PrintEdge(prepared, graph.edges[in], cum, graph.names[graph.edges[in].src], text);
    sum = Sum(sum, flat);
    PadLeft(text, prepared.Format(flat), 10);
    text += " " + profile::Percentage(flat, prepared.total);
    text += " " + profile::Percentage(sum, prepared.total) + " ";
    PadLeft(text, prepared.Format(cum), 10);
    text += " " + profile::Percentage(cum, prepared.total) + "                | ";
    text += graph.names[i];
    text += '\n';
    for (uint32_t edge : graph.Sorted(graph.Out(i)))
      PrintEdge(prepared, graph.edges[edge], cum, graph.names[graph.edges[edge].dest], text);
    SEEP_TRY_VOID(out.Spill());
  }
  if (graph.shown > 0) text += kSeparator;
  if (prepared.symbol && !matched)
    return Fail(ErrorCode::kNotFound, "no matches found for regexp: " + prepared.symbol->text());
  return {};
}

}  // namespace seep::pprof

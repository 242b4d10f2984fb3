#include "pprof/json_layout.h"

#include <string>

#include "pprof/dot.h"

namespace seep::pprof {
namespace {

using profile::Edge;
using profile::EdgeUse;
using profile::Graph;
using profile::Inlining;

std::string_view Word(Inlining inlining) {
  return inlining == Inlining::kAll ? "all" : inlining == Inlining::kSome ? "some" : "";
}

// The members of a node within an object that is open.
void WriteNode(const Prepared& prepared, const Graph& graph, uint32_t node, Json& json) {
  const profile::NodeInfo& info = graph.nodes[node].info;
  json.Member("name", graph.names[node]);
  if (const auto function = prepared.profile.text(info.name); function != graph.names[node])
    json.Optional("function", function);
  json.Optional("file", prepared.profile.text(info.file)).Optional("line", info.line);
  json.Optional("column", info.column).Optional("address", info.address);
  json.Optional("object", prepared.profile.text(info.objfile));
  if (!graph.inlining.empty()) json.Optional("inlined", Word(graph.inlining[node]));
  json.Member("flat", graph.nodes[node].FlatValue()).Member("cum", graph.nodes[node].CumValue());
}

void WriteShowing(const Showing& showing, Json& json) {
  json.Key("showing").Begin('{').Member("value", showing.value).Member("nodes", showing.nodes);
  json.Member("nodes_before_limit", showing.original_nodes).Member("dropped_nodes", showing.dropped_nodes);
  json.Member("dropped_edges", showing.dropped_edges).End('}');
}

void WriteCalls(const Graph& graph, std::string_view key, const std::vector<uint32_t>& edges, bool callers,
                Json& json) {
  json.Key(key).Begin('[');
  for (uint32_t i : edges) {
    const Edge& edge = graph.edges[i];
    json.Begin('{').Member("name", graph.names[callers ? edge.src : edge.dest]);
    json.Member("value", edge.WeightValue());
    if (edge.inlined) json.Member("inlined", true);
    if (edge.residual) json.Member("residual", true);
    json.End('}');
  }
  json.End(']');
}

void WriteTags(const std::vector<profile::Tag>& tags, Json& json) {
  if (tags.empty()) return;
  json.Key("tags").Begin('[');
  for (const profile::Tag& tag : tags) {
    json.Begin('{').Member("name", tag.name).Optional("under", tag.under);
    json.Member("flat", tag.FlatValue()).Member("cum", tag.CumValue()).End('}');
  }
  json.End(']');
}

// "nodes" in their order; "edges" name them by index, from 0.
Status WriteGraph(const Prepared& prepared, const profile::TrimmedGraph& trimmed, Json& json) {
  const Graph& graph = trimmed.graph;
  WriteShowing(ShownBy(trimmed), json);
  json.Key("nodes").Begin('[');
  for (uint32_t i = 0; i < graph.shown; ++i) {
    WriteNode(prepared, graph, i, json.BeginRow());
    if (!graph.tags.empty()) WriteTags(graph.tags[i], json);
    json.End('}');
    SEEP_TRY_VOID(json.Spill());
  }
  json.End(']').Key("edges").Begin('[');
  for (uint32_t i = 0; i < graph.shown; ++i) {
    for (uint32_t index : graph.Sorted(graph.Out(i))) {
      const Edge& edge = graph.edges[index];
      if (edge.dest >= graph.shown) continue;
      json.BeginRow().Member("caller", edge.src).Member("callee", edge.dest);
      json.Member("value", edge.WeightValue());
      if (edge.inlined) json.Member("inlined", true);
      if (edge.residual) json.Member("residual", true);
      json.End('}');
      SEEP_TRY_VOID(json.Spill());
    }
  }
  json.End(']');
  return {};
}

}  // namespace

void WriteLabels(const profile::Profile& profile, profile::LabelSetId set, Json& json) {
  const std::span<const profile::Label> labels = profile.label_sets.labels(set);
  if (labels.empty()) return;
  json.Key("labels").Begin('{');
  // Labels of one key stand together in legal profiles; JSON must not repeat a key in others.
  std::vector<bool> written(labels.size(), false);
  for (size_t i = 0; i < labels.size(); ++i) {
    if (written[i]) continue;
    json.Key(profile.text(labels[i].key)).Begin('[');
    for (size_t k = i; k < labels.size(); ++k) {
      if (labels[k].key != labels[i].key) continue;
      written[k] = true;
      if (labels[k].text)
        json.Value(profile.text(labels[k].text));
      else
        json.Value(labels[k].number);
    }
    json.End(']');
  }
  json.End('}');
}

void WriteJsonHead(const Prepared& prepared, Json& json) {
  const profile::Profile& p = prepared.profile;
  json.Member("schema", "seep.pprof/1").Member("report", prepared.report->name);
  json.Key("profile").Begin('{').Optional("file", prepared.title);
  if (p.mappings.size() > 1) json.Optional("build_id", p.text(p.mappings[1].build_id));
  json.Member("type", prepared.sample_type).Member("unit", prepared.sample_unit);
  json.Member("total", prepared.total).Optional("time_ns", p.time_nanos);
  json.Optional("duration_ns", p.duration_nanos).Optional("period", p.period);
  const auto list = [&](std::string_view key, const auto& texts, auto view) {
    if (texts.empty()) return;
    json.Key(key).Begin('[');
    for (const auto& text : texts) json.Value(view(text));
    json.End(']');
  };
  list("filters", prepared.active_filters, [](const std::string& s) { return std::string_view(s); });
  list("comments", p.comments, [&](StringId id) { return p.text(id); });
  json.End('}');
}

Status TextJson(Prepared& prepared, Json& json) {
  const profile::TrimmedGraph trimmed = MakeGraph(prepared, {.edges = EdgeUse::kInlining});
  WriteShowing(ShownBy(trimmed), json);
  json.Key("rows").Begin('[');
  for (uint32_t i = 0; i < trimmed.graph.shown; ++i) {
    WriteNode(prepared, trimmed.graph, i, json.BeginRow());
    json.End('}');
    SEEP_TRY_VOID(json.Spill());
  }
  json.End(']');
  return {};
}

Status TreeJson(Prepared& prepared, Json& json) {
  const profile::TrimmedGraph trimmed = MakeGraph(prepared, {.edges = EdgeUse::kAll, .only_symbol = true});
  const Graph& graph = trimmed.graph;
  const auto matches = [&](uint32_t i) {
    return !prepared.symbol || prepared.symbol->Matches(graph.names[i]);
  };
  bool matched = !prepared.symbol;
  for (uint32_t i = 0; i < graph.shown && !matched; ++i) matched = matches(i);
  if (!matched) return Fail(ErrorCode::kNotFound, "no matches found for regexp: " + prepared.symbol->text());
  WriteShowing(ShownBy(trimmed), json);
  json.Key("rows").Begin('[');
  for (uint32_t i = 0; i < graph.shown; ++i) {
    if (!matches(i)) continue;
    WriteNode(prepared, graph, i, json.BeginRow());
    WriteCalls(graph, "callers", graph.Sorted(graph.In(i)), true, json);
    WriteCalls(graph, "callees", graph.Sorted(graph.Out(i)), false, json);
    json.End('}');
    SEEP_TRY_VOID(json.Spill());
  }
  json.End(']');
  return {};
}

Status DotJson(Prepared& prepared, Json& json) {
  return WriteGraph(prepared, MakeVisualGraph(prepared), json);
}

Status CallgrindJson(Prepared& prepared, Json& json) {
  return WriteGraph(
      prepared,
      MakeGraph(prepared,
                {.edges = EdgeUse::kAll, .objects = true, .call_trees = true, .whole_numbers = true}),
      json);
}

}  // namespace seep::pprof

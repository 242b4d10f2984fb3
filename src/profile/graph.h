// A profile as a graph: a node for every function (line, address...), an edge for every caller and callee,
// cut down to what matters (google/pprof internal/graph/graph.go and internal/report/report.go, 2025-11).
//
// pprof builds the graph from the samples, drops light nodes, and builds it again from the samples with what
// is left, up to three times, because edges then skip the nodes dropped. Values of nodes do not change by
// that: here they are summed up once, and edges are only made when it is known between which nodes, and only
// those that a report will look at.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "profile/filter.h"
#include "profile/measurement.h"
#include "profile/node.h"
#include "profile/profile.h"

namespace seep::profile {

struct Node {
  NodeInfo info;
  int64_t flat = 0, cum = 0;          // of its own; of what it calls as well
  int64_t flat_div = 0, cum_div = 0;  // for means; 0: no mean
  int64_t FlatValue() const { return Quotient(flat, flat_div); }
  int64_t CumValue() const { return Quotient(cum, cum_div); }
};

struct Edge {
  uint32_t src = 0, dest = 0;  // caller and callee: indices into Graph::nodes
  int64_t weight = 0, weight_div = 0;
  bool residual = false;     // nodes in between were left out
  bool inlined = false;      // every such call was inlined
  uint32_t last_sample = 0;  // while it is made: the sample that was added last, from 1
  int64_t WeightValue() const { return Quotient(weight, weight_div); }
};

// Values of samples with certain labels, at one node. Numeric tags hang below the text tag of the same
// samples; `under` is its name, empty where there are no text labels.
struct Tag {
  std::string name;   // "key:value\nkey:value", "64kB"
  std::string under;  // numeric tags only
  std::string unit;   // numeric tags only
  int64_t value = 0;
  bool numeric = false;
  int64_t flat = 0, cum = 0, flat_div = 0, cum_div = 0;
  int64_t FlatValue() const { return Quotient(flat, flat_div); }
  int64_t CumValue() const { return Quotient(cum, cum_div); }
};

// Calls to a node: none was inlined, all, some.
enum class Inlining : uint8_t { kNone, kAll, kSome };

// The first `shown` nodes are the graph's, in the order they are printed. The others are named by edges only
// (their values cancel out, or were negative and not wanted).
struct Graph {
  std::vector<Node> nodes;
  NodeNames names;
  size_t shown = 0;
  std::vector<Edge> edges;
  std::vector<Inlining> inlining;      // by node; with EdgeUse::kInlining
  std::vector<std::vector<Tag>> tags;  // by node; with EdgeUse::kVisual
  std::vector<uint32_t> in_begins, in_edges, out_begins, out_edges;

  std::span<const Node> Shown() const { return {nodes.data(), shown}; }
  // Edges of a node, in no order: indices into `edges`.
  std::span<const uint32_t> In(uint32_t node) const {
    return {in_edges.data() + in_begins[node], in_begins[node + 1] - in_begins[node]};
  }
  std::span<const uint32_t> Out(uint32_t node) const {
    return {out_edges.data() + out_begins[node], out_begins[node + 1] - out_begins[node]};
  }
  // The heaviest first, equally heavy ones by the names of their ends.
  std::vector<uint32_t> Sorted(std::span<const uint32_t> some_edges) const;
};

enum class EdgeUse : uint8_t {
  kNone,      // Graph::edges stays empty
  kInlining,  // only Graph::inlining
  kAll,
  kVisual,  // and tags; nodes in the order of the information their edges carry, redundant edges removed
};

struct GraphOptions {
  size_t column = 0;
  std::optional<size_t> divisor_column;
  NodeOptions nodes;
  bool call_tree = false;  // a node for every path
  bool drop_negative = false;
  bool by_cum = false;
  int64_t node_count = 0;  // 0: all
  double node_fraction = 0, edge_fraction = 0;
  EdgeUse edges = EdgeUse::kNone;
  std::function<bool(const NodeInfo&)> wanted;  // edges of these nodes only; empty: all
  // Tags.
  const LabelUnits* label_units = nullptr;
  std::string_view tag_unit;
};

struct TrimmedGraph {
  Graph graph;
  size_t original_count = 0;  // nodes that were heavy enough
  size_t dropped_nodes = 0;   // nodes that were not
  size_t dropped_edges = 0;
};

TrimmedGraph MakeTrimmedGraph(Profile& profile, const GraphOptions& options);
// Nodes and values only, untrimmed, in no order.
Graph MakeWholeGraph(Profile& profile, const GraphOptions& options);

}  // namespace seep::profile

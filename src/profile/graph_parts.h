// The steps of graph.cc, each in a file of its own.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "profile/graph.h"

namespace seep::profile {

// Sums as Go does: they wrap around.
inline void Add(int64_t& sum, int64_t value) {
  sum = static_cast<int64_t>(static_cast<uint64_t>(sum) + static_cast<uint64_t>(value));
}

// What a sample weighs.
struct Weight {
  int64_t value = 0, div = 0;
  bool nothing() const { return value == 0 && div == 0; }
};
inline Weight WeightOf(const Samples& samples, const GraphOptions& options, size_t sample) {
  const std::span<const int64_t> values = samples.value(sample);
  return {values[options.column], options.divisor_column ? values[*options.divisor_column] : 0};
}

// Every node of the table with its values.
struct NodeSums {
  std::vector<Node> nodes;
  // By group of nodes: at least what all samples weigh that it is in, signs ignored.
  std::vector<uint64_t> group_weights;
};
NodeSums SumNodes(const Profile& profile, const NodeTable& table, const GraphOptions& options);

// One node for every path from a root; parents stand before their children.
struct CallTree {
  std::vector<Node> nodes;
  std::vector<Edge> edges;       // one into every node that is no root, in the order of the nodes
  std::vector<uint32_t> leaves;  // by sample; NodeTable::kNone: weighs nothing or has no frames
};
CallTree GrowTree(const Profile& profile, const NodeTable& table, const GraphOptions& options);
// Takes nodes out; the edges of their children go to their parents.
std::vector<Edge> ContractTree(const std::vector<Edge>& edges, const std::vector<uint8_t>& kept);

// Edges between nodes that are kept (by node: 0 or 1; all others are stepped over), of those that are wanted.
enum : uint8_t { kWantIn = 1, kWantOut = 2 };
struct EdgeWish {
  std::vector<uint8_t> kept;    // by node: 0 or 1
  std::vector<uint8_t> wanted;  // by node: kWantIn, kWantOut
};
std::vector<Edge> CollectEdges(const Profile& profile, const NodeTable& table, const GraphOptions& options,
                               const EdgeWish& wish);

// How the calls to each of the `listed` nodes were made, in their order. What edges between kept nodes tell,
// without those lighter than `cutoff`, but found without making most of them.
std::vector<Inlining> FindInlining(const Profile& profile, const NodeTable& table,
                                   const GraphOptions& options, const std::vector<uint64_t>& group_weights,
                                   const std::vector<uint8_t>& kept, const std::vector<uint32_t>& listed,
                                   int64_t cutoff);

// Tags of the nodes that are kept, without those lighter than `cutoff`.
std::vector<std::vector<Tag>> CollectTags(const Profile& profile, const NodeTable& table,
                                          const CallTree* tree, const GraphOptions& options,
                                          const std::vector<uint8_t>& kept, int64_t cutoff);

// Sorts node indices as reports print them.
void SortByValue(std::vector<uint32_t>& order, std::span<const Node> nodes, const StringTable& strings,
                 bool by_cum);
// Sorts them by how much their edges tell: nodes that only pass on what they are given come last.
void SortByEntropy(std::vector<uint32_t>& order, std::span<const Node> nodes, std::span<const Edge> edges,
                   const StringTable& strings);

// The finished graph of the nodes in `order`, with the nodes that only edges name behind them.
Graph Assemble(std::vector<Node> nodes, const std::vector<uint32_t>& order, std::vector<Edge> edges,
               const StringTable& strings);
// Drops edges over nodes left out whose ends are connected otherwise.
void RemoveRedundantEdges(Graph& graph);

}  // namespace seep::profile

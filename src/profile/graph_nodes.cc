// Values of nodes from samples.
#include "profile/graph_parts.h"

namespace seep::profile {
namespace {

struct Sum {
  int64_t cum = 0;
  uint32_t epoch = 0;  // the sample that was added last
};

template <bool kMean>
void SumSamples(const Samples& samples, const NodeTable& table, const GraphOptions& options,
                std::vector<Node>& nodes) {
  std::vector<Sum> sums(nodes.size());
  uint32_t epoch = 0;
  for (size_t i = 0; i < samples.size(); ++i) {
    const Weight weight = WeightOf(samples, options, i);
    const std::span<const LocationId> stack = samples.stack(i);
    if (weight.nothing() || stack.empty()) continue;
    ++epoch;
    for (LocationId location : stack) {
      for (uint32_t node : table.NodesOf(location)) {
        Sum& sum = sums[node];
        if (sum.epoch == epoch) continue;
        sum.epoch = epoch;
        Add(sum.cum, weight.value);
        if constexpr (kMean) Add(nodes[node].cum_div, weight.div);
      }
    }
    Node& leaf = nodes[table.NodesOf(stack[0])[0]];
    Add(leaf.flat, weight.value);
    if constexpr (kMean) Add(leaf.flat_div, weight.div);
  }
  for (size_t node = 0; node < nodes.size(); ++node) nodes[node].cum = sums[node].cum;
}

}  // namespace

std::vector<Node> SumNodes(const Profile& profile, const NodeTable& table, const GraphOptions& options) {
  std::vector<Node> nodes(table.size());
  for (uint32_t i = 0; i < nodes.size(); ++i) nodes[i].info = table.info(i);
  if (options.divisor_column)
    SumSamples<true>(profile.samples, table, options, nodes);
  else
    SumSamples<false>(profile.samples, table, options, nodes);
  return nodes;
}

}  // namespace seep::profile

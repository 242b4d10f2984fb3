// Values of nodes from samples.
#include <algorithm>
#include <limits>

#include "profile/graph_parts.h"

namespace seep::profile {
namespace {

constexpr uint64_t kMost = std::numeric_limits<uint64_t>::max();

struct Sum {
  int64_t cum = 0;
  uint32_t epoch = 0;  // the sample that was added last
};

// Nodes while samples are added to them. Every frame of the profile comes by here.
class Summer {
 public:
  Summer(const NodeTable& table, NodeSums& out) : table_(table), out_(out), sums_(table.size()) {}

  template <bool kMean>
  void Add(std::span<const LocationId> stack, Weight weight) {
    ++epoch_;
    for (LocationId location : stack) {
      const uint32_t place = table_.PlaceOf(location);
      if (NodeTable::IsNode(place))
        AddNode<kMean>(place, weight);
      else
        AddGroup<kMean>(place & ~NodeTable::kGroup, weight);
    }
    Node& leaf = out_.nodes[table_.NodesOf(stack[0])[0]];
    profile::Add(leaf.flat, weight.value);
    profile::Add(leaf.flat_div, weight.div);
  }

  void Finish() {
    for (size_t node = 0; node < sums_.size(); ++node) out_.nodes[node].cum = sums_[node].cum;
  }

 private:
  template <bool kMean>
  void AddNode(uint32_t node, Weight weight) {
    Sum& sum = sums_[node];
    if (sum.epoch == epoch_) return;
    sum.epoch = epoch_;
    profile::Add(sum.cum, weight.value);
    if constexpr (kMean) profile::Add(out_.nodes[node].cum_div, weight.div);
  }
  template <bool kMean>
  void AddGroup(uint32_t group, Weight weight) {
    for (uint32_t node : table_.Group(group)) AddNode<kMean>(node, weight);
    const auto absolute = static_cast<uint64_t>(Abs(weight.value));
    uint64_t& sum = out_.group_weights[group];
    sum = absolute > kMost - sum ? kMost : sum + absolute;
  }

  const NodeTable& table_;
  NodeSums& out_;
  std::vector<Sum> sums_;  // by node
  uint32_t epoch_ = 0;
};

}  // namespace

NodeSums SumNodes(const Profile& profile, const NodeTable& table, const GraphOptions& options) {
  NodeSums sums;
  sums.nodes.resize(table.size());
  for (uint32_t i = 0; i < sums.nodes.size(); ++i) sums.nodes[i].info = table.info(i);
  sums.group_weights.assign(table.groups(), 0);
  Summer summer(table, sums);
  for (size_t i = 0; i < profile.samples.size(); ++i) {
    const Weight weight = WeightOf(profile.samples, options, i);
    const std::span<const LocationId> stack = profile.samples.stack(i);
    if (weight.nothing() || stack.empty()) continue;
    if (options.divisor_column)
      summer.Add<true>(stack, weight);
    else
      summer.Add<false>(stack, weight);
  }
  summer.Finish();
  return sums;
}

}  // namespace seep::profile

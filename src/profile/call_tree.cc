// Graphs with a node for every path.
#include "base/hash.h"
#include "profile/graph_parts.h"

namespace seep::profile {
namespace {

constexpr uint32_t kNone = NodeTable::kNone;

class Grower {
 public:
  Grower(const NodeTable& table, size_t samples) : table_(table), slots_(1024, 0) {
    tree_.leaves.assign(samples, kNone);
  }

  void Add(size_t sample, std::span<const LocationId> stack, Weight weight) {
    uint32_t parent = kNone;
    for (size_t k = stack.size(); k-- > 0;) {
      const std::span<const uint32_t> nodes = table_.NodesOf(stack[k]);
      for (size_t i = nodes.size(); i-- > 0;) {
        parent = Child(parent, nodes[i], i + 1 != nodes.size(), weight);
        Node& node = tree_.nodes[parent];
        profile::Add(node.cum, weight.value);
        profile::Add(node.cum_div, weight.div);
      }
    }
    if (parent == kNone) return;
    tree_.leaves[sample] = parent;
    profile::Add(tree_.nodes[parent].flat, weight.value);
    profile::Add(tree_.nodes[parent].flat_div, weight.div);
  }

  CallTree Take() { return std::move(tree_); }

 private:
  struct Link {
    uint32_t parent, kind, edge;  // kind: node of the table
  };

  uint32_t Child(uint32_t parent, uint32_t kind, bool inlined, Weight weight) {
    if ((links_.size() + 1) * 2 > slots_.size()) Grow();
    const size_t mask = slots_.size() - 1;
    size_t i = Hash(parent, kind) & mask;
    for (; slots_[i] != 0; i = (i + 1) & mask)
      if (links_[slots_[i] - 1].parent == parent && links_[slots_[i] - 1].kind == kind) break;
    if (slots_[i] == 0) {
      const uint32_t edge = parent == kNone ? kNone : static_cast<uint32_t>(tree_.edges.size());
      links_.push_back({parent, kind, edge});
      tree_.nodes.push_back({.info = table_.info(kind)});
      slots_[i] = static_cast<uint32_t>(links_.size());
      if (edge != kNone)
        tree_.edges.push_back({.src = parent, .dest = slots_[i] - 1, .residual = false, .inlined = true});
    }
    const uint32_t node = slots_[i] - 1;
    if (parent != kNone) {
      Edge& edge = tree_.edges[links_[node].edge];
      edge.inlined = edge.inlined && inlined;
      profile::Add(edge.weight, weight.value);
      profile::Add(edge.weight_div, weight.div);
    }
    return node;
  }

  static size_t Hash(uint32_t parent, uint32_t kind) {
    return MultiplyFold(uint64_t{parent} << 32 | kind, 0x9E3779B97F4A7C15ull);
  }
  void Grow() {
    slots_.assign(slots_.size() * 2, 0);
    const size_t mask = slots_.size() - 1;
    for (uint32_t node = 0; node < links_.size(); ++node) {
      size_t i = Hash(links_[node].parent, links_[node].kind) & mask;
      while (slots_[i] != 0) i = (i + 1) & mask;
      slots_[i] = node + 1;
    }
  }

  const NodeTable& table_;
  CallTree tree_;
  std::vector<Link> links_;      // by node of the tree
  std::vector<uint32_t> slots_;  // open addressing: node + 1, 0 = free
};

}  // namespace

CallTree GrowTree(const Profile& profile, const NodeTable& table, const GraphOptions& options) {
  Grower grower(table, profile.samples.size());
  for (size_t i = 0; i < profile.samples.size(); ++i) {
    const Weight weight = WeightOf(profile.samples, options, i);
    if (!weight.nothing()) grower.Add(i, profile.samples.stack(i), weight);
  }
  return grower.Take();
}

std::vector<Edge> ContractTree(const std::vector<Edge>& edges, const std::vector<uint8_t>& kept) {
  struct Above {
    uint32_t node = kNone;
    bool residual = false, inlined = false;
  };
  // What stands above each node that is taken out, once all such nodes are gone: known before its children
  // are looked at, because parents come first.
  std::vector<Above> above(kept.size());
  std::vector<Edge> out;
  for (Edge edge : edges) {
    if (kept[edge.src] == 0) {
      const Above& skipped = above[edge.src];
      edge.residual = true;
      edge.inlined = edge.inlined && skipped.inlined;
      edge.src = skipped.node;
    }
    if (kept[edge.dest] == 0)
      above[edge.dest] = {edge.src, edge.residual, edge.inlined};
    else if (edge.src != kNone)
      out.push_back(edge);
  }
  return out;
}

}  // namespace seep::profile

// The orders in which reports print nodes, and in which graphs pick them.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "profile/graph_parts.h"
#include "profile/measurement.h"

namespace seep::profile {
namespace {

// |a| > |b| where the absolute values differ, else by name, else by |then|. Where pprof's own order is left
// to chance (equal names of different nodes) it is that of the nodes.
class Order {
 public:
  Order(std::span<const Node> nodes, const StringTable& strings, const std::vector<uint32_t>& order)
      : nodes_(nodes), name_of_(nodes.size()) {
    for (uint32_t node : order) {
      name_of_[node] = static_cast<uint32_t>(names_.size());
      names_.Add(strings, nodes[node].info);
    }
  }

  void Sort(std::vector<uint32_t>& order, const std::vector<int64_t>& score, bool then_cum) const {
    std::ranges::sort(order, [&](uint32_t a, uint32_t b) {
      if (const int64_t x = Abs(score[a]), y = Abs(score[b]); x != y) return x > y;
      if (const int by_name = CompareNames(a, b); by_name != 0) return by_name < 0;
      const int64_t x = Abs(then_cum ? nodes_[a].cum : nodes_[a].flat);
      const int64_t y = Abs(then_cum ? nodes_[b].cum : nodes_[b].flat);
      return x != y ? x > y : a < b;
    });
  }

 private:
  int CompareNames(uint32_t a, uint32_t b) const {
    const uint64_t left = nodes_[a].info.address, right = nodes_[b].info.address;
    if (left != 0 && right != 0 && left != right) return left < right ? -1 : 1;
    return names_[name_of_[a]].compare(names_[name_of_[b]]);
  }

  std::span<const Node> nodes_;
  NodeNames names_;
  std::vector<uint32_t> name_of_;  // by node: index into names_
};

// log2 as Go computes it on amd64, to the last bit where the platform's log agrees.
double Log2(double x) {
  int exponent = 0;
  const double fraction = std::frexp(x, &exponent);
  if (fraction == 0.5) return exponent - 1;
  return std::log(fraction) * (1 / std::numbers::ln2) + exponent;
}

// What the edges on one side of a node add to its score. `self` is what stays in the node.
struct Side {
  int64_t total = 0;
  size_t count = 0;
  double score = 0;

  void Count(const Edge& edge) {
    ++count;
    if (edge.weight > 0) Add(total, edge.weight);
  }
  void Score(int64_t weight) {
    const double fraction = static_cast<double>(Abs(weight)) / static_cast<double>(total);
    score += -fraction * Log2(fraction);
  }
};

}  // namespace

void SortByValue(std::vector<uint32_t>& order, std::span<const Node> nodes, const StringTable& strings,
                 bool by_cum) {
  std::vector<int64_t> score(nodes.size());
  for (size_t i = 0; i < nodes.size(); ++i) score[i] = by_cum ? nodes[i].cum : nodes[i].flat;
  Order(nodes, strings, order).Sort(order, score, !by_cum);
}

void SortByEntropy(std::vector<uint32_t>& order, std::span<const Node> nodes, std::span<const Edge> edges,
                   const StringTable& strings) {
  std::vector<Side> in(nodes.size()), out(nodes.size());
  for (size_t i = 0; i < nodes.size(); ++i) out[i].total = nodes[i].flat;
  for (const Edge& edge : edges) {
    in[edge.dest].Count(edge);
    out[edge.src].Count(edge);
  }
  for (const Edge& edge : edges) {
    if (in[edge.dest].total != 0) in[edge.dest].Score(edge.weight);
    if (out[edge.src].total != 0) out[edge.src].Score(edge.weight);
  }
  std::vector<int64_t> score(nodes.size());
  for (uint32_t i : order) {
    const Node& node = nodes[i];
    if (out[i].count != 0 && out[i].total != 0 && node.flat > 0) out[i].Score(node.flat);
    // Entries and leaves are favoured.
    const double sum = (in[i].count == 0 ? 1 : in[i].score) + (out[i].count == 0 ? 1 : out[i].score);
    score[i] = ToInt64(sum * static_cast<double>(node.cum));
    Add(score[i], node.flat);
  }
  Order(nodes, strings, order).Sort(order, score, false);
}

}  // namespace seep::profile

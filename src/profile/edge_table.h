// Edges while samples are added to them.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "profile/graph_parts.h"

namespace seep::profile {

class EdgeTable {
 public:
  EdgeTable() : slots_(1024, 0) {}

  uint32_t Intern(uint32_t src, uint32_t dest) {
    if ((edges_.size() + 1) * 2 > slots_.size()) Grow();
    const size_t mask = slots_.size() - 1;
    size_t i = Hash(src, dest) & mask;
    for (; slots_[i] != 0; i = (i + 1) & mask) {
      const Edge& known = edges_[slots_[i] - 1];
      if (known.src == src && known.dest == dest) return slots_[i] - 1;
    }
    edges_.push_back({.src = src, .dest = dest});
    slots_[i] = static_cast<uint32_t>(edges_.size());
    return slots_[i] - 1;
  }

  // A sample counts once an edge, and as it takes it first.
  void Touch(uint32_t index, uint32_t sample, Weight weight, bool residual, bool inlined) {
    Edge& edge = edges_[index];
    if (edge.last_sample == sample) return;
    edge.inlined = inlined && (edge.inlined || edge.last_sample == 0);
    edge.residual = edge.residual || residual;
    Add(edge.weight, weight.value);
    Add(edge.weight_div, weight.div);
    edge.last_sample = sample;
  }

  // Edges that no sample took are left out.
  std::vector<Edge> Take() {
    slots_ = {};
    std::erase_if(edges_, [](const Edge& edge) { return edge.last_sample == 0; });
    return std::move(edges_);
  }

 private:
  static size_t Hash(uint32_t src, uint32_t dest) {
    return MultiplyFold(uint64_t{src} << 32 | dest, 0x9E3779B97F4A7C15ull);
  }
  void Grow() {
    slots_.assign(slots_.size() * 2, 0);
    const size_t mask = slots_.size() - 1;
    for (uint32_t index = 0; index < edges_.size(); ++index) {
      size_t i = Hash(edges_[index].src, edges_[index].dest) & mask;
      while (slots_[i] != 0) i = (i + 1) & mask;
      slots_[i] = index + 1;
    }
  }

  std::vector<Edge> edges_;
  std::vector<uint32_t> slots_;  // open addressing: index + 1, 0 = free
};

}  // namespace seep::profile
